namespace Microsoft.ML.LlamaVae.Evaluation;

/// <summary>MIG (Chen et al. 2018): whether each factor is told by one dimension alone.</summary>
public static class MutualInformationGap
{
    /// <summary>(I(z_(1); v) − I(z_(2); v)) / H(v), the two dimensions that tell most about each factor.</summary>
    /// <remarks>
    /// Each dimension is cut into bins of equal width between its smallest and largest value (as disentanglement_lib does),
    /// and the information is that of the counts; it is biased upwards where rows are few for the number of bins. With
    /// one dimension only, the second information is 0.
    /// </remarks>
    /// <param name="latents">[N][D].</param>
    /// <param name="factors">The values of the generative factors [N][F]; each has two values or more.</param>
    /// <param name="bins">Into how many bins a dimension is cut.</param>
    /// <exception cref="ArgumentException">The tables are empty, their rows differ, or a factor is constant.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is less than one bin.</exception>
    public static MutualInformationGapScore Measure(
        IReadOnlyList<float[]> latents,
        IReadOnlyList<int[]> factors,
        int bins = 20
    )
    {
        var truth = new GroundTruth(latents, factors);
        Expect.AtLeast(1, bins, nameof(bins));
        var binned = Enumerable.Range(0, truth.LatentSize).Select(d => Bin(truth.Dimension(d), bins)).ToArray();
        var values = Enumerable.Range(0, truth.FactorCount).Select(truth.Factor).ToArray();
        var information = binned.Select(z => values.Select(v => MutualInformation(z, v)).ToArray()).ToArray();
        var gaps = values.Select((v, f) => Gap([.. information.Select(row => row[f])]) / Entropy(v)).ToArray();
        return new MutualInformationGapScore(gaps.Average(), gaps, information);
    }

    /// <summary>I(a; b) = H(a) + H(b) − H(a, b), nats.</summary>
    internal static double MutualInformation(int[] a, int[] b) =>
        Math.Max(0, Entropy(a) + Entropy(b) - Entropy([.. a.Zip(b)]));

    private static double Gap(double[] information)
    {
        Array.Sort(information);
        return information[^1] - (information.Length > 1 ? information[^2] : 0);
    }

    private static int[] Bin(double[] values, int bins)
    {
        var (least, most) = (values.Min(), values.Max());
        var width = (most - least) / bins;
        return [.. values.Select(value => width > 0 ? Math.Min((int)((value - least) / width), bins - 1) : 0)];
    }

    private static double Entropy<T>(T[] values)
        where T : notnull =>
        values
            .CountBy(value => value)
            .Select(pair => (double)pair.Value / values.Length)
            .Sum(share => -share * Math.Log(share));
}
