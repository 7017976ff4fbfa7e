using FsCheck.Xunit;
using Microsoft.ML.LlamaVae.Evaluation;

namespace Microsoft.ML.LlamaVae.Tests.Evaluation;

public sealed class CorrelationTests
{
    private static readonly double[] X = Expected.Get<double[]>("correlation", "x");
    private static readonly double[] Y = Expected.Get<double[]>("correlation", "y");
    private static readonly double[] Tied = Expected.Get<double[]>("correlation", "tied");

    [Fact]
    public void Pearson_AgreesWithScipy()
    {
        Assert.Equal(Expected.Get<double>("correlation", "pearson"), Correlation.Pearson(X, Y), 1e-12);
        Assert.Equal(
            Expected.Get<double>("correlation", "pearsonShifted"),
            Correlation.Pearson(X, Expected.Get<double[]>("correlation", "shifted")),
            1e-9
        );
    }

    [Fact]
    public void Spearman_AgreesWithScipy_TiesIncluded()
    {
        Assert.Equal(Expected.Get<double>("correlation", "spearman"), Correlation.Spearman(X, Y), 1e-12);
        Assert.Equal(Expected.Get<double>("correlation", "spearmanTied"), Correlation.Spearman(Tied, Y), 1e-12);
        Assert.Equal(Expected.Get<double[]>("correlation", "ranksTied"), Correlation.AverageRanks(Tied));
    }

    [Fact]
    public void BothAreNaN_WhenAListIsConstantOrTooShort()
    {
        Assert.True(double.IsNaN(Correlation.Pearson([0.1, 0.1, 0.1], [1, 2, 3])));
        Assert.True(double.IsNaN(Correlation.Spearman([1, 2, 3], [7, 7, 7])));
        Assert.True(double.IsNaN(Correlation.Pearson([1], [2])));
        Assert.True(double.IsNaN(Correlation.Spearman([], [])));
        Assert.True(double.IsNaN(Correlation.Spearman([1, double.NaN, 2], [1, 2, 3])));
    }

    [Fact]
    public void BothThrow_WhenTheLengthsDiffer()
    {
        Assert.Throws<ArgumentException>(() => Correlation.Pearson([1, 2], [1]));
        Assert.Throws<ArgumentException>(() => Correlation.Spearman([1, 2], [1]));
    }

    [Property]
    public bool SpearmanIsInvariantUnderMonotoneMaps(int[] values)
    {
        double[] x = [.. values.Select(v => (double)v), 0, 1];
        double[] y = [.. x.Select((v, i) => Math.Sin(v + i))];
        double[] mapped = [.. x.Select(v => v * v * v - 5)];

        return Math.Abs(Correlation.Spearman(x, y) - Correlation.Spearman(mapped, y)) < 1e-12;
    }

    [Property]
    public bool PearsonIsSymmetricBoundedAndTurnsWithTheSign(int[] values)
    {
        double[] x = [.. values.Select(v => (double)v), 0, 1];
        double[] y = [.. x.Select((v, i) => Math.Cos(v * i) + i)];
        var r = Correlation.Pearson(x, y);

        return r is >= -1 and <= 1
            && Math.Abs(r - Correlation.Pearson(y, x)) < 1e-12
            && Math.Abs(r + Correlation.Pearson([.. x.Select(v => -2 * v)], y)) < 1e-9;
    }
}
