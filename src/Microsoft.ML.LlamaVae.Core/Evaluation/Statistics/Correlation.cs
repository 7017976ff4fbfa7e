namespace Microsoft.ML.LlamaVae.Evaluation;

/// <summary>Correlation of two lists of numbers, as scipy.stats computes it.</summary>
public static class Correlation
{
    /// <summary>Pearson's r = Σ (x − x̄)(y − ȳ) / √(Σ (x − x̄)² Σ (y − ȳ)²).</summary>
    /// <param name="x">Any unit.</param>
    /// <param name="y">As many values as x.</param>
    /// <returns>−1 to 1; NaN where a list is constant or has fewer than two values.</returns>
    /// <exception cref="ArgumentException">The lists differ in length.</exception>
    public static double Pearson(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        Expect.SameCount(x.Length, y.Length, nameof(x), nameof(y));
        if (IsConstant(x) || IsConstant(y))
        {
            return double.NaN;
        }

        var (meanX, meanY) = (Mean(x), Mean(y));
        double xx = 0;
        double yy = 0;
        double xy = 0;
        for (var i = 0; i < x.Length; i++)
        {
            var (dx, dy) = (x[i] - meanX, y[i] - meanY);
            xx += dx * dx;
            yy += dy * dy;
            xy += dx * dy;
        }

        return Math.Clamp(xy / (Math.Sqrt(xx) * Math.Sqrt(yy)), -1, 1);
    }

    /// <summary>Spearman's ρ: Pearson's r of the ranks; equal values share the average of their ranks.</summary>
    /// <param name="x">Any unit.</param>
    /// <param name="y">As many values as x.</param>
    /// <returns>−1 to 1; NaN where a list is constant, holds a NaN or has fewer than two values.</returns>
    /// <exception cref="ArgumentException">The lists differ in length.</exception>
    public static double Spearman(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        Expect.SameCount(x.Length, y.Length, nameof(x), nameof(y));
        return Pearson(AverageRanks(x), AverageRanks(y));
    }

    /// <summary>Ranks from 1; equal values share the average of the ranks they cover; NaN throughout if a value is NaN.</summary>
    internal static double[] AverageRanks(ReadOnlySpan<double> values)
    {
        var sorted = values.ToArray();
        var order = Enumerable.Range(0, values.Length).ToArray();
        Array.Sort(sorted, order); // NaN comes first
        var ranks = new double[values.Length];
        if (sorted.Length > 0 && double.IsNaN(sorted[0]))
        {
            Array.Fill(ranks, double.NaN);
            return ranks;
        }

        for (int start = 0, end; start < sorted.Length; start = end)
        {
            for (end = start + 1; end < sorted.Length && sorted[end].Equals(sorted[start]); end++) { }

            foreach (var row in order.AsSpan(start, end - start))
            {
                ranks[row] = (start + 1 + end) / 2.0;
            }
        }

        return ranks;
    }

    private static bool IsConstant(ReadOnlySpan<double> values) =>
        values.IsEmpty || !values.ContainsAnyExcept(values[0]);

    private static double Mean(ReadOnlySpan<double> values)
    {
        var sum = 0.0;
        foreach (var value in values)
        {
            sum += value;
        }

        return sum / values.Length;
    }
}
