using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.ML.LlamaVae.Objective;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Training;

/// <summary>The loss of an ordinary conditional VAE: −log p(x|z, c) + β · KL(q(z|x) ‖ p(z|c)).</summary>
internal sealed class ConditionalVaeTrainingTask(
    ConditionalVaeModel model,
    VaeTrainingData data,
    Tensor conditions,
    VaeTrainerOptions options
) : ITrainingTask
{
    private readonly int[] _examples = [.. Enumerable.Range(0, data.Training.Count)];

    public IReadOnlyList<(string Name, Parameter Value)> Parameters { get; } =
    [
        .. Named("encoder", model.Encoder.Encoder.Weights)
            .Concat(Named("posterior", model.Encoder.Posterior))
            .Concat(Named("prior", model.Prior))
            .Concat(Named("memory", model.Decoder.Memory))
            .Concat(Named("decoder", model.Decoder.Decoder.Weights))
            .DistinctBy(entry => entry.Value.Handle),
    ];

    public IReadOnlyList<(string Name, Tensor Value)> Buffers => [];

    public string Fingerprint { get; } =
        RunFingerprint.Of(
            JsonSerializer.Serialize(
                options with
                {
                    Training = options.Training with { CheckpointPath = null, CheckpointEverySteps = 1 },
                }
            ),
            [.. model.Prior.named_parameters()],
            data.Training.Concat(data.Validation).Append(Digest(conditions))
        );

    public IReadOnlyList<int[]> Batches(int seed) =>
        LengthBuckets.Shuffle(
            _examples,
            i => Math.Max(data.EncoderTokens[i].Length, data.DecoderTokens[i].Length),
            options.Training.BatchSize,
            seed
        );

    public long Units(int[] batch) => batch.Sum(i => (long)data.DecoderTokens[i].Length);

    public BatchLoss Loss(int[] batch, double progress, int seed)
    {
        var random = new Random(seed);
        Func<bool>? hide = options.WordDropout > 0 ? () => random.NextDouble() < options.WordDropout : null;
        return Loss(
            [.. batch.Select(i => data.TrainingRows[i])],
            [.. batch.Select(i => data.EncoderTokens[i])],
            [.. batch.Select(i => data.DecoderTokens[i])],
            options.Beta.At(progress),
            seed,
            hide
        );
    }

    public IReadOnlyList<LossTerm> Validate(CancellationToken cancellationToken)
    {
        if (data.Validation.Count == 0)
        {
            return [];
        }

        using var ungraded = no_grad();
        var (sum, kl, tokens) = (0.0, 0.0, 0.0);
        foreach (var rows in Enumerable.Range(0, data.Validation.Count).Chunk(options.Training.BatchSize))
        {
            cancellationToken.ThrowIfCancellationRequested();
            int[][] said = [.. rows.Select(i => model.Decoder.Tokenize(data.Validation[i]).Ids)];
            using var loss = Loss(
                [.. rows.Select(i => data.ValidationRows[i])],
                [.. rows.Select(i => model.Encoder.Tokenize(data.Validation[i]).Ids)],
                said,
                options.Beta.Maximum,
                Seeds.Derive(options.Training.Seed, SeedStream.Validation, rows[0]),
                hide: null
            );
            sum += loss.Terms[0].Sum;
            kl += loss.Terms[1].Sum;
            tokens += said.Sum(ids => ids.Length);
        }

        return
        [
            new LossTerm("objective", (sum + options.Beta.Maximum * kl) / tokens, "nats/token"),
            new LossTerm("reconstruction", sum / tokens, "nats/token"),
            new LossTerm("kl", kl / data.Validation.Count, "nats/sentence"),
        ];
    }

    private BatchLoss Loss(int[] rows, int[][] heard, int[][] said, double beta, int seed, Func<bool>? hide)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator((ulong)seed, model.Decoder.Device);
        using var posterior = model.Encoder.Forward(heard);
        var index = tensor(Array.ConvertAll(rows, row => (long)row), device: conditions.device);
        var c = model.Standardize(conditions.index_select(0, index)); // [B, C]
        using var prior = model.Prior.call(c);
        var z = posterior.Sample(generator); // [B, D]
        using var tokens = model.Decoder.Batch(said, hide);
        var logits = model.Decoder.Logits(tokens, cat([z, c], 1)); // [N, V]
        var terms = Elbo.Compute(logits, tokens.Targets, posterior.Kl(prior), beta, options.FreeBits);
        return new BatchLoss(
            terms.Loss.MoveToOuterDisposeScope(),
            [
                new BatchTerm(
                    "reconstruction",
                    terms.Reconstruction.item<float>(),
                    said.Sum(ids => ids.Length),
                    "nats/token"
                ),
                new BatchTerm("kl", terms.Kl.item<float>(), rows.Length, "nats/sentence"),
                new BatchTerm("beta", beta, 1, ""),
            ]
        );
    }

    private static IEnumerable<(string Name, Parameter Value)> Named(string prefix, nn.Module module) =>
        module.named_parameters().Select(entry => ($"{prefix}.{entry.name}", entry.parameter));

    private static string Digest(Tensor values) =>
        Convert.ToHexString(SHA256.HashData(MemoryMarshal.AsBytes<float>(values.cpu().data<float>().ToArray())));
}
