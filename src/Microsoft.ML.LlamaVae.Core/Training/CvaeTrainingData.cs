using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.ML.LlamaVae.Bottleneck;
using Microsoft.ML.LlamaVae.Flow;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Training;

/// <summary>Pairs of condition and latent on the model's device, split. Owns its tensors.</summary>
/// <remarks>Letters: N usable pairs, C condition size, D latent size.</remarks>
internal sealed class CvaeTrainingData : IDisposable
{
    private readonly Tensor _conditions; // [N, C]
    private readonly Tensor _mu; // [N, D]
    private readonly Tensor? _logVar; // [N, D]

    private CvaeTrainingData(
        Tensor conditions,
        Tensor mu,
        Tensor? logVar,
        int[] order,
        int held,
        int skipped,
        string digest
    )
    {
        (_conditions, _mu, _logVar) = (conditions, mu, logVar);
        (Validation, Training) = (order[..held], order[held..]);
        (Skipped, Digest) = (skipped, digest);
    }

    /// <summary>Rows learned from.</summary>
    public int[] Training { get; }

    /// <summary>Rows held out.</summary>
    public int[] Validation { get; }

    /// <summary>Pairs left out because a value isn't finite.</summary>
    public int Skipped { get; }

    /// <summary>SHA-256 of all usable values.</summary>
    public string Digest { get; }

    public static CvaeTrainingData Prepare(
        InvertibleCvae model,
        IReadOnlyList<float[]> conditions,
        IReadOnlyList<float[]> latents,
        IReadOnlyList<float[]>? logVariances,
        TrainingOptions options
    )
    {
        CheckSizes(conditions, "conditions", model.ConditionSize, latents.Count);
        CheckSizes(latents, "latents", model.LatentSize, latents.Count);
        CheckSizes(logVariances ?? latents, "log-variances", model.LatentSize, latents.Count);
        var usable = Enumerable
            .Range(0, latents.Count)
            .Where(i =>
                IsFinite(conditions[i]) && IsFinite(latents[i]) && (logVariances is null || IsFinite(logVariances[i]))
            )
            .ToArray();
        if (usable.Length < 2)
        {
            throw new ArgumentException(
                $"At least two pairs with finite values are needed; {usable.Length} of {latents.Count} are."
            );
        }

        var order = Enumerable.Range(0, usable.Length).ToArray();
        new Random(Seeds.Derive(options.Seed, SeedStream.Split, 0)).Shuffle(order);
        var held = Math.Min(options.MaxValidationExamples, (int)(usable.Length * options.ValidationFraction));
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var scope = NewDisposeScope();
        return new CvaeTrainingData(
            Gather(conditions, model.ConditionSize),
            Gather(latents, model.LatentSize),
            logVariances is null ? null : Gather(logVariances, model.LatentSize),
            order,
            Math.Min(held, usable.Length - 2),
            latents.Count - usable.Length,
            Convert.ToHexString(hash.GetHashAndReset())
        );

        Tensor Gather(IReadOnlyList<float[]> rows, int size)
        {
            var values = usable.SelectMany(i => rows[i]).ToArray();
            hash.AppendData(MemoryMarshal.AsBytes<float>(values));
            return tensor(values, [usable.Length, size], device: model.Device).DetachFromDisposeScope();
        }
    }

    /// <summary>Latents [B, D] and conditions [B, C] of some rows; latents are drawn from the posterior where it is known.</summary>
    public (Tensor Z, Tensor Condition) Rows(int[] rows, int seed)
    {
        using var scope = NewDisposeScope();
        var index = tensor(Array.ConvertAll(rows, row => (long)row), device: _mu.device);
        var condition = _conditions.index_select(0, index); // [B, C]
        var mu = _mu.index_select(0, index); // [B, D]
        if (_logVar is null)
        {
            return (mu.MoveToOuterDisposeScope(), condition.MoveToOuterDisposeScope());
        }

        using var generator = new Generator((ulong)seed, _mu.device);
        var posterior = new DiagonalGaussian(mu, _logVar.index_select(0, index));
        return (posterior.Sample(generator).MoveToOuterDisposeScope(), condition.MoveToOuterDisposeScope());
    }

    private static void CheckSizes(IReadOnlyList<float[]> rows, string what, int size, int count)
    {
        if (rows.Count != count)
        {
            throw new ArgumentException($"Each latent needs its partner: got {count} latents and {rows.Count} {what}.");
        }

        for (var i = 0; i < rows.Count; i++)
        {
            if (rows[i].Length != size)
            {
                throw new ArgumentException(
                    $"Row {i} of the {what} has {rows[i].Length} values; the model expects {size}."
                );
            }
        }
    }

    private static bool IsFinite(float[] row) => Array.TrueForAll(row, float.IsFinite);

    public void Dispose()
    {
        _conditions.Dispose();
        _mu.Dispose();
        _logVar?.Dispose();
    }
}
