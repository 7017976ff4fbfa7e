using TorchSharp;
using static Microsoft.ML.LlamaVae.Layers.Numbers;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Evaluation;

/// <summary>Measures reconstruction, KL and the use of the latent on texts.</summary>
public static class ReconstructionEvaluator
{
    /// <summary>A dimension is active if its mean varies by more than this over the data (Burda et al. 2016).</summary>
    public const double ActiveUnitVariance = 0.01;

    /// <summary>Evaluates the model; each text's latent is drawn once from its posterior.</summary>
    /// <param name="model">The model.</param>
    /// <param name="texts">At least one; for the shuffled value at least two.</param>
    /// <param name="seed">Seeds the draw.</param>
    /// <param name="cancellationToken">Stops between the passes.</param>
    /// <exception cref="ArgumentException">There is no text.</exception>
    public static ReconstructionReport Evaluate(
        ILatentTextModel model,
        IReadOnlyList<string> texts,
        int seed = 0,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(texts);
        return Terms(model, texts, seed, cancellationToken).Report;
    }

    /// <summary>The report, and what each text adds to it: its score under its own latent, and its KL in nats.</summary>
    internal static (ReconstructionReport Report, IReadOnlyList<TextScore> Own, float[] Kl) Terms(
        ILatentTextModel model,
        IReadOnlyList<string> texts,
        int seed,
        CancellationToken cancellationToken
    )
    {
        using var scope = NewDisposeScope();
        using var ungraded = no_grad();
        using var posterior = model.Encode(texts);
        using var generator = new Generator((ulong)seed, posterior.Mu.device);
        var z = posterior.Sample(generator); // [B, D]
        cancellationToken.ThrowIfCancellationRequested();
        var own = model.Score(texts, z);
        cancellationToken.ThrowIfCancellationRequested();
        var successors = Others(texts.Count, seed);
        var others = model.Score(texts, z.index_select(0, tensor(successors, device: z.device)));
        var each = posterior.Kl().sum(1); // [B]
        var kl = each.mean().item<float>();
        var active = texts.Count > 1 ? (posterior.Mu.var(0) > Number(ActiveUnitVariance)).sum().item<long>() : 0;
        var tokens = own.Sum(score => (double)score.Tokens);
        var reconstruction = -own.Sum(score => score.LogLikelihood) / tokens;
        var report = new ReconstructionReport(
            reconstruction,
            -others.Sum(score => score.LogLikelihood) / tokens,
            reconstruction + kl * texts.Count / tokens,
            kl,
            (int)active,
            model.LatentSize,
            tokens / texts.Count,
            texts.Count
        );
        return (report, own, each.cpu().data<float>().ToArray());
    }

    /// <summary>For each text the index of another one: its successor on a random cycle through all of them.</summary>
    internal static long[] Others(int count, int seed)
    {
        var cycle = Enumerable.Range(0, count).ToArray();
        new Random(seed).Shuffle(cycle);
        var other = new long[count];
        for (var i = 0; i < count; i++)
        {
            other[cycle[i]] = cycle[(i + 1) % count];
        }

        return other;
    }
}
