using FsCheck.Xunit;
using Microsoft.ML.LlamaVae.Evaluation;

namespace Microsoft.ML.LlamaVae.Tests.Evaluation;

public sealed class LatentGeometryTests
{
    private static readonly float[][] Latents = Expected.Get<float[][]>("clusters", "latents");
    private static readonly int[] Labels = Expected.Get<int[]>("clusters", "labels");

    [Theory]
    [InlineData(VectorDistance.Euclidean)]
    [InlineData(VectorDistance.Cosine)]
    public void Silhouette_AgreesWithScikitLearn(VectorDistance distance)
    {
        Assert.Equal(
            Expected.Get<double>("clusters", $"silhouette{distance}"),
            Silhouette.Mean(Latents, Labels, distance),
            1e-5
        );
    }

    [Fact]
    public void Silhouette_MatchesAnExampleByHand()
    {
        // rows 0, 2 | 10: s = (10−2)/10, (8−2)/8, 0 for the row alone
        Assert.Equal(
            (0.8 + 0.75 + 0) / 3,
            Silhouette.Mean(
                [
                    [0],
                    [2],
                    [10],
                ],
                [1, 1, 2]
            ),
            1e-6
        );
        Assert.Equal(
            0,
            Silhouette.Mean(
                [
                    [1],
                    [1],
                    [1],
                ],
                [1, 1, 2]
            )
        );
    }

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(1, 2, 3)]
    public void Silhouette_Throws_WhenItIsNotDefined(int a, int b, int c)
    {
        Assert.Throws<ArgumentException>(() =>
            Silhouette.Mean(
                [
                    [0],
                    [2],
                    [10],
                ],
                [a, b, c]
            )
        );
    }

    [Property]
    public bool SilhouetteLiesBetweenMinusOneAndOne(short[] values)
    {
        float[][] rows = [.. values.Select(v => new float[] { v, v % 7 }), [1, 2], [3, 4], [5, 6]];
        var score = Silhouette.Mean(
            rows,
            [.. rows.Select((row, i) => ((int)row[1] + i) % 3 == 0 ? 1 : 0).SkipLast(3), 0, 0, 1]
        );

        return score is >= -1 and <= 1;
    }

    [Fact]
    public void NearestNeighbours_AgreeWithScikitLearn()
    {
        Assert.Equal(
            Expected.Get<double>("clusters", "leaveOneOutEuclidean"),
            NearestNeighbours.LeaveOneOutAccuracy(Latents, Labels),
            1e-12
        );
        Assert.Equal(
            Expected.Get<double>("clusters", "leaveOneOutCosine"),
            NearestNeighbours.LeaveOneOutAccuracy(Latents, Labels, distance: VectorDistance.Cosine),
            1e-12
        );
        Assert.Equal(
            Expected.Get<double>("clusters", "testEuclidean"),
            NearestNeighbours.Accuracy(
                Latents,
                Labels,
                Expected.Get<float[][]>("clusters", "testLatents"),
                Expected.Get<int[]>("clusters", "testLabels")
            ),
            1e-12
        );
    }

    [Fact]
    public void NearestNeighbours_BreakTiesByTheSmallestLabel()
    {
        // the two neighbours of 1 are 0 (label 5) and 2 (label 3)
        Assert.Equal(
            1,
            NearestNeighbours.Accuracy(
                [
                    [0],
                    [2],
                ],
                [5, 3],
                [
                    [1],
                ],
                [3],
                neighbours: 2
            )
        );
    }

    [Fact]
    public void NearestNeighbours_Throw_WhenThereAreTooFewRows()
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() =>
            NearestNeighbours.LeaveOneOutAccuracy(
                [
                    [0],
                    [2],
                ],
                [5, 3]
            )
        );

        Assert.Contains("neighbours is 5; with 2 rows it can be 1 to 1", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() =>
            NearestNeighbours.LeaveOneOutAccuracy(
                [
                    [0],
                    [2, 3],
                ],
                [5, 3],
                1
            )
        );
    }

    [Property]
    public bool CosineIsScaleInvariant(short[] values, byte scale)
    {
        float[] a = [.. values.Select(v => (float)v), 1];
        float[] b = [.. a.Select((v, i) => v - 3 * i + 2.5f)];
        float[] scaled = [.. a.Select(v => v * (scale + 1))];

        return Math.Abs(VectorMeasure.Cosine(a, b) - VectorMeasure.Cosine(scaled, b)) < 1e-5;
    }

    [Fact]
    public void Cosine_IsNaN_WhenAVectorIsZero()
    {
        Assert.True(double.IsNaN(VectorMeasure.Cosine([0, 0], [1, 2])));
        Assert.Equal(-1, VectorMeasure.Cosine([1, 2], [-2, -4]), 1e-6);
    }

    [Fact]
    public void Cosine_IsSummedInDoublePrecision() =>
        Assert.Equal(1 / Math.Sqrt(1 + 1e-8), VectorMeasure.Cosine([1, 0], [1, 1e-4f]), 1e-14); // 1 in single precision

    [Fact]
    public void ARowWithoutADistance_IsTheFarthest()
    {
        // The zero vector has no cosine; the row nearest to the query is the one that points where it points.
        Assert.Equal(
            1,
            NearestNeighbours.Accuracy(
                [
                    [0, 0],
                    [1, 1],
                ],
                [0, 1],
                [
                    [2, 2],
                ],
                [1],
                neighbours: 1,
                VectorDistance.Cosine
            )
        );
    }

    [Fact]
    public void SphericalInterpolation_KeepsTheNorm_BetweenNearlyOppositeVectors()
    {
        float[] start = [1, 0];
        float[] end = [-1, 1e-4f]; // sin ω = 1e-4, cos ω = −1 in single precision

        var middle = LatentInterpolation.Between(start, end, 0.5, InterpolationKind.Spherical);

        Assert.Equal(1, Math.Sqrt(middle[0] * middle[0] + middle[1] * middle[1]), 1e-3);
    }

    [Fact]
    public void Interpolation_StartsAndEndsAtItsEnds()
    {
        float[] start = [1, 2, 3];
        float[] end = [-3, 0, 1];

        foreach (var kind in Enum.GetValues<InterpolationKind>())
        {
            var path = LatentInterpolation.Path(start, end, 4, kind);
            Assert.Equal(5, path.Count);
            Expected.Near(start.Select(x => (double)x), path[0].Select(x => (double)x), 1e-6);
            Expected.Near(end.Select(x => (double)x), path[4].Select(x => (double)x), 1e-6);
        }

        Assert.Equal([0, 1.5f, 2.5f], LatentInterpolation.Between(start, end, 0.25));
    }

    [Fact]
    public void SphericalInterpolation_KeepsTheNorm()
    {
        var middle = LatentInterpolation.Between([3, 0], [0, 3], 1 / 3.0, InterpolationKind.Spherical);

        Assert.Equal(3 * Math.Cos(Math.PI / 6), middle[0], 1e-5);
        Assert.Equal(3 * Math.Sin(Math.PI / 6), middle[1], 1e-5);
    }

    [Theory]
    [InlineData(2, 4)]
    [InlineData(-1, -2)]
    [InlineData(0, 0)]
    public void SphericalInterpolation_TakesTheLine_WhenThereIsNoPlane(float x, float y)
    {
        var middle = LatentInterpolation.Between([1, 2], [x, y], 0.5, InterpolationKind.Spherical);

        Expected.Near([(1 + x) / 2, (2 + y) / 2], middle.Select(v => (double)v), 1e-6);
    }

    [Fact]
    public void Smoothness_IsTheIdealOverTheWalkedDistance()
    {
        static double Distance(double a, double b) => Math.Abs(a - b);
        double[] straight = [0, 1, 4];
        double[] astray = [0, 6, 4]; // 4 / (6 + 2)

        Assert.Equal(1, InterpolationSmoothness.OfPath(straight, Distance));
        Assert.Equal(0.5, InterpolationSmoothness.OfPath(astray, Distance));
        Assert.Equal(
            new InterpolationSmoothnessScore(0.75, 2, 4),
            InterpolationSmoothness.Of([straight, astray, [1.0, 1, 1], [1.0]], Distance)
        );
    }

    [Fact]
    public void Smoothness_OfTexts_IsZero_WhenThePathLeadsThroughAnUnknownText()
    {
        var vectors = new Dictionary<string, float[]>(StringComparer.Ordinal) { ["a"] = [1, 0], ["b"] = [0, 1] };
        var distance = new WordMoverDistance(new WordVectors(vectors));

        Assert.Equal(1, InterpolationSmoothness.OfPath(["a", "a b", "b"], distance.Between), 1e-6);
        Assert.Equal(0, InterpolationSmoothness.OfPath(["a", "", "b"], distance.Between));
        Assert.True(double.IsNaN(InterpolationSmoothness.OfPath(["", "a", "b"], distance.Between)));
    }
}
