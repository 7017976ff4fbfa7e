using FsCheck.Xunit;
using Microsoft.ML.LlamaVae.Evaluation;

namespace Microsoft.ML.LlamaVae.Tests.Evaluation;

public sealed class WordVectorTests
{
    private static readonly WordVectors Vectors = new(
        Expected.Get<Dictionary<string, float[]>>("wordVectors", "vectors")
    );

    private static readonly string[][] Pairs = Expected.Get<string[][]>("wordVectors", "pairs");

    [Fact]
    public void MeanCosine_AgreesWithScikitLearn()
    {
        Expected.Near(
            Expected.Get<double[]>("wordVectors", "meanCosine"),
            Pairs.Select(pair => Vectors.MeanCosine(pair[0], pair[1])),
            1e-5
        );
    }

    [Fact]
    public void MeanCosine_IsNaN_WhenATextHasNoKnownWord()
    {
        Assert.True(double.IsNaN(Vectors.MeanCosine("", "cat")));
        Assert.Equal(new float[Vectors.Size], Vectors.Mean("unheard"));
    }

    [Fact]
    public void WordVectors_NameTheWordOfAnotherSize()
    {
        var vectors = new Dictionary<string, float[]>(StringComparer.Ordinal) { ["a"] = [1, 2], ["b"] = [1] };

        var error = Assert.Throws<ArgumentException>(() => new WordVectors(vectors));

        Assert.Contains("'b' has 1 values; the first has 2", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, "wmdUnit")]
    [InlineData(false, "wmdRaw")]
    public void WordMoverDistance_AgreesWithALinearProgram(bool unitLength, string expected)
    {
        var distance = new WordMoverDistance(Vectors, unitLength: unitLength);

        Expected.Near(
            Expected.Get<double[]>("wordVectors", expected),
            Pairs.Select(pair => distance.Between(pair[0], pair[1])),
            1e-5
        );
    }

    [Fact]
    public void WordMoverDistance_LeavesStopWordsOut()
    {
        var distance = new WordMoverDistance(Vectors, new HashSet<string>(StringComparer.Ordinal) { "on", "mat" });

        Assert.Equal(
            0,
            distance.Between("the cat on", "A cat on a cat mat".Replace("a ", "", StringComparison.OrdinalIgnoreCase))
        );
        Assert.Equal(double.PositiveInfinity, distance.Between("cat", "mat"));
        Assert.Equal(0, distance.Between("on", ""));
    }

    [Property]
    public bool WordMoverDistanceIsAMetric(byte[] first, byte[] second, byte[] third)
    {
        var distance = new WordMoverDistance(Vectors);
        var words = Expected.Get<Dictionary<string, float[]>>("wordVectors", "vectors").Keys.ToArray();
        var (a, b, c) = (Text(first), Text(second), Text(third));

        return distance.Between(a, a) < 1e-6
            && Math.Abs(distance.Between(a, b) - distance.Between(b, a)) < 1e-6
            && distance.Between(a, c) <= distance.Between(a, b) + distance.Between(b, c) + 1e-6;

        string Text(byte[] picks) => string.Join(' ', picks.Append((byte)0).Select(pick => words[pick % words.Length]));
    }

    [Property]
    public bool TransportMovesNothingBetweenEqualHistograms(byte[] masses)
    {
        int[] mass = [.. masses.Select(m => m + 1), 1];
        var cost = mass.Select((_, i) => mass.Select((_, j) => (double)Math.Abs(i - j)).ToArray()).ToArray();

        return Transport.Cost(mass, mass, cost) == 0;
    }

    [Property]
    public bool TransportOnALineIsTheAreaBetweenTheCumulativeShares(byte[] first, byte[] second)
    {
        var size = Math.Min(first.Length, second.Length) + 1;
        int[] a = [.. first.Take(size - 1).Select(m => m % 9 + 1), 1];
        int[] b = [.. second.Take(size - 1).Select(m => m % 9 + 1), 2];
        var cost = a.Select((_, i) => b.Select((_, j) => (double)Math.Abs(i - j)).ToArray()).ToArray();
        var area = Enumerable
            .Range(1, size)
            .Sum(n => Math.Abs((double)a.Take(n).Sum() / a.Sum() - (double)b.Take(n).Sum() / b.Sum()));

        return Math.Abs(Transport.Cost(a, b, cost) - area) < 1e-9;
    }
}
