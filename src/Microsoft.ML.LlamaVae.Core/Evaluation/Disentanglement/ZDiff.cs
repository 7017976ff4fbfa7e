namespace Microsoft.ML.LlamaVae.Evaluation;

/// <summary>z-diff, the disentanglement score of β-VAE (Higgins et al. 2017).</summary>
public static class ZDiff
{
    /// <summary>Accuracy of a linear classifier that tells the fixed factor from the mean difference of pairs.</summary>
    /// <remarks>
    /// A point: choose a factor, draw pairs of different rows that share its value, and average |z − z′| over the pairs
    /// [D]. The classifier is a softmax regression on standardised inputs with ½‖W‖²/points as penalty (scikit-learn's
    /// default). The other factors vary in a pair as they do in the data.
    /// </remarks>
    /// <param name="latents">[N][D].</param>
    /// <param name="factors">The values of the generative factors [N][F]; each repeats and has two values or more.</param>
    /// <param name="options">Numbers of points and the seed.</param>
    /// <exception cref="ArgumentException">The tables are empty, their rows differ, or a factor is constant.</exception>
    /// <exception cref="InvalidOperationException">No two rows share a value of a factor.</exception>
    public static FactorClassificationScore Measure(
        IReadOnlyList<float[]> latents,
        IReadOnlyList<int[]> factors,
        FactorSamplingOptions? options = null
    )
    {
        var truth = new GroundTruth(latents, factors);
        options ??= new FactorSamplingOptions();
        options.Validate();
        var random = new Random(options.Seed);
        var (points, labels) = Points(options.TrainingPoints, truth, options, random);
        var classifier = SoftmaxRegression.Fit(points, labels, l1: 0, l2: 1.0 / points.Length);
        var (testPoints, testLabels) = Points(options.TestPoints, truth, options, random);
        return new FactorClassificationScore(
            classifier.Accuracy(testPoints, testLabels),
            classifier.Accuracy(points, labels)
        );
    }

    private static (double[][] Points, int[] Labels) Points(
        int count,
        GroundTruth truth,
        FactorSamplingOptions options,
        Random random
    )
    {
        var points = new double[count][];
        var labels = new int[count];
        for (var i = 0; i < count; i++)
        {
            labels[i] = random.Next(truth.FactorCount);
            points[i] = Point(labels[i], truth, options.BatchSize, random);
        }

        return (points, labels);
    }

    private static double[] Point(int factor, GroundTruth truth, int pairs, Random random)
    {
        var point = new double[truth.LatentSize];
        for (var pair = 0; pair < pairs; pair++)
        {
            var group = truth.DrawGroup(factor, random);
            var first = random.Next(group.Length);
            var second = (first + 1 + random.Next(group.Length - 1)) % group.Length; // another one
            var (z, other) = (truth.Latents[group[first]], truth.Latents[group[second]]);
            for (var d = 0; d < point.Length; d++)
            {
                point[d] += Math.Abs(z[d] - other[d]) / (double)pairs;
            }
        }

        return point;
    }
}
