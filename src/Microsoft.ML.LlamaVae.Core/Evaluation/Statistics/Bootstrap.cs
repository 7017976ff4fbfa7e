namespace Microsoft.ML.LlamaVae.Evaluation;

/// <summary>Percentile bootstrap (Efron 1979): how far a statistic moves when the rows are drawn anew.</summary>
/// <remarks>
/// Rows are drawn with replacement, as many as there are; the ends of the interval are the quantiles ½(1 − c) and
/// ½(1 + c) of the resampled statistics, interpolated linearly. Resamples whose statistic is NaN (a constant resample of a
/// correlation) are left out; where all are, both ends are NaN.
/// </remarks>
public static class Bootstrap
{
    /// <summary>The interval of a statistic of one list, such as a mean.</summary>
    /// <param name="values">One value per row.</param>
    /// <param name="statistic">Called once per resample.</param>
    /// <param name="options">Resamples, confidence and seed.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public static BootstrapInterval Interval(
        ReadOnlySpan<double> values,
        Func<ReadOnlySpan<double>, double> statistic,
        BootstrapOptions? options = null
    )
    {
        ArgumentNullException.ThrowIfNull(statistic);
        return IntervalOfPairs(values, values, (x, _) => statistic(x), options);
    }

    /// <summary>The interval of a statistic of pairs, such as <see cref="Correlation.Spearman"/>; a pair stays together.</summary>
    /// <param name="x">One value per row.</param>
    /// <param name="y">As many values as x.</param>
    /// <param name="statistic">Called once per resample.</param>
    /// <param name="options">Resamples, confidence and seed.</param>
    /// <exception cref="ArgumentException">The lists differ in length.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public static BootstrapInterval IntervalOfPairs(
        ReadOnlySpan<double> x,
        ReadOnlySpan<double> y,
        Func<ReadOnlySpan<double>, ReadOnlySpan<double>, double> statistic,
        BootstrapOptions? options = null
    )
    {
        ArgumentNullException.ThrowIfNull(statistic);
        Expect.SameCount(x.Length, y.Length, nameof(x), nameof(y));
        options ??= new BootstrapOptions();
        options.Validate();

        var random = new Random(options.Seed);
        var (sampleX, sampleY) = (new double[x.Length], new double[y.Length]);
        var statistics = new List<double>(options.Resamples);
        for (var resample = 0; resample < options.Resamples; resample++)
        {
            for (var i = 0; i < x.Length; i++)
            {
                var row = random.Next(x.Length);
                (sampleX[i], sampleY[i]) = (x[row], y[row]);
            }

            statistics.Add(statistic(sampleX, sampleY));
        }

        statistics.RemoveAll(double.IsNaN);
        statistics.Sort();
        return new BootstrapInterval(
            statistic(x, y),
            Quantile(statistics, (1 - options.Confidence) / 2),
            Quantile(statistics, (1 + options.Confidence) / 2),
            options.Confidence
        );
    }

    /// <summary>The quantile of sorted values with linear interpolation between neighbours (numpy's default).</summary>
    internal static double Quantile(IReadOnlyList<double> sorted, double share)
    {
        if (sorted.Count == 0)
        {
            return double.NaN;
        }

        var place = share * (sorted.Count - 1);
        var below = (int)place;
        var above = Math.Min(below + 1, sorted.Count - 1);
        return double.Lerp(sorted[below], sorted[above], place - below);
    }
}
