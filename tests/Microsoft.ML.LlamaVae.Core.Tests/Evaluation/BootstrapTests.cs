using Microsoft.ML.LlamaVae.Evaluation;

namespace Microsoft.ML.LlamaVae.Tests.Evaluation;

public sealed class BootstrapTests
{
    private static readonly double[] X = Expected.Get<double[]>("correlation", "x");
    private static readonly double[] Y = Expected.Get<double[]>("correlation", "y");

    [Fact]
    public void Quantile_AgreesWithNumpy()
    {
        double[] sorted = [.. X.Order()];

        Expected.Near(
            Expected.Get<double[]>("correlation", "quantiles"),
            new[] { 0, 0.025, 0.5, 0.9, 1 }.Select(share => Bootstrap.Quantile(sorted, share)),
            1e-12
        );
    }

    [Fact]
    public void IntervalOfPairs_AgreesWithScipysPercentileInterval()
    {
        var interval = Bootstrap.IntervalOfPairs(X, Y, Correlation.Pearson, new BootstrapOptions { Resamples = 20000 });

        Assert.Equal(Correlation.Pearson(X, Y), interval.Estimate);
        Expected.Near(
            Expected.Get<double[]>("correlation", "bootstrapPearson"),
            [interval.Lower, interval.Upper],
            0.01 // the two draw different resamples
        );
    }

    [Fact]
    public void Interval_IsTheSame_ForEqualSeedsOnly()
    {
        var first = Bootstrap.Interval(X, Mean);

        Assert.Equal(first, Bootstrap.Interval(X, Mean));
        Assert.NotEqual(first, Bootstrap.Interval(X, Mean, new BootstrapOptions { Seed = 2 }));
        Assert.InRange(first.Estimate, first.Lower, first.Upper);
    }

    [Fact]
    public void Interval_Widens_WithTheConfidence()
    {
        var narrow = Bootstrap.Interval(X, Mean, new BootstrapOptions { Confidence = 0.5 });
        var wide = Bootstrap.Interval(X, Mean, new BootstrapOptions { Confidence = 0.99 });

        Assert.True(wide.Lower < narrow.Lower && narrow.Upper < wide.Upper);
    }

    [Fact]
    public void Interval_IsNaN_WhenNoResampleHasTheStatistic()
    {
        Assert.True(double.IsNaN(Bootstrap.IntervalOfPairs([1, 1], [1, 2], Correlation.Pearson).Lower));
    }

    [Fact]
    public void Options_AreChecked()
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() =>
            Bootstrap.Interval(X, Mean, new BootstrapOptions { Confidence = 95 })
        );

        Assert.Contains("Confidence is 95; expected a value between 0 and 1", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            Bootstrap.Interval(X, Mean, new BootstrapOptions { Resamples = 0 })
        );
    }

    private static double Mean(ReadOnlySpan<double> values) => values.ToArray().Average();
}
