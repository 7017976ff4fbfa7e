using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Evaluation;

/// <summary>Measures how the cosine of latents agrees with people's judgement of similarity.</summary>
public static class SimilarityEvaluator
{
    /// <summary>Compares the mean latents of each pair, and the baselines beside them.</summary>
    /// <param name="encoder">The model, or its encoder.</param>
    /// <param name="pairs">At least two.</param>
    /// <param name="vectors">Word vectors for the mean-vector baseline; null leaves it out.</param>
    /// <param name="bootstrap">Of the intervals; null for the defaults.</param>
    /// <exception cref="ArgumentException">There are fewer than two pairs.</exception>
    public static SimilarityReport Evaluate(
        ILatentTextEncoder encoder,
        IReadOnlyList<TextPair> pairs,
        WordVectors? vectors = null,
        BootstrapOptions? bootstrap = null
    )
    {
        ArgumentNullException.ThrowIfNull(encoder);
        ArgumentNullException.ThrowIfNull(pairs);
        Expect.AtLeast(2, pairs.Count, nameof(pairs));
        using var scope = NewDisposeScope();
        using var posterior = encoder.Encode([
            .. pairs.Select(pair => pair.First),
            .. pairs.Select(pair => pair.Second),
        ]);
        var mu = LatentRows.Of(posterior.Mu); // [2N][D]
        var cosines = pairs.Select((_, i) => VectorMeasure.Cosine(mu[i], mu[pairs.Count + i]));
        var methods = new List<SimilarityScore> { Score("latent cosine", cosines, pairs, bootstrap) };
        if (vectors is not null)
        {
            var means = pairs.Select(pair => vectors.MeanCosine(pair.First, pair.Second));
            methods.Add(Score("mean word vector cosine", means, pairs, bootstrap));
        }

        var overlaps = pairs.Select(pair => WordOverlap.Jaccard(pair.First, pair.Second));
        methods.Add(Score("word overlap (Jaccard)", overlaps, pairs, bootstrap));
        return new SimilarityReport(methods, pairs.Count);
    }

    private static SimilarityScore Score(
        string method,
        IEnumerable<double> similarities,
        IReadOnlyList<TextPair> pairs,
        BootstrapOptions? bootstrap
    )
    {
        var raw = similarities.ToArray();
        double[] x = [.. raw.Select(value => double.IsNaN(value) ? 0 : value)];
        double[] y = [.. pairs.Select(pair => pair.Score)];
        return new SimilarityScore(
            method,
            Bootstrap.IntervalOfPairs(x, y, Correlation.Spearman, bootstrap),
            Bootstrap.IntervalOfPairs(x, y, Correlation.Pearson, bootstrap),
            raw.Count(double.IsNaN)
        );
    }
}
