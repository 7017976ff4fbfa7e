using Microsoft.ML.LlamaVae.Evaluation;

namespace Microsoft.ML.LlamaVae.Tests.Evaluation;

public sealed class PrincipalComponentsTests
{
    [Fact]
    public void PointsOnALine_LieOnTheFirstComponent_InTheirOrder()
    {
        // (3, 4)/5 is the direction, t the place on it.
        float[] places = [-2, -1, 0, 1, 2];
        var points = places.Select(t => new[] { 7 + 3 * t / 5, 1 + 4 * t / 5, 9f }).ToArray();

        var (coordinates, shares) = PrincipalComponents.Project(points);

        Assert.Equal(1, shares[0], 1e-12);
        Assert.Equal(0, shares[1], 1e-12);
        Assert.All(places.Zip(coordinates), pair => Assert.Equal(pair.First, pair.Second[0], 1e-5f));
        Assert.All(coordinates, point => Assert.Equal(0, point[1], 1e-5f));
    }

    [Fact]
    public void Shares_AreThoseOfTheVariance()
    {
        float[][] points =
        [
            [3, 0],
            [-3, 0],
            [0, 1],
            [0, -1],
        ];

        var (coordinates, shares) = PrincipalComponents.Project(points);

        Assert.Equal([0.9, 0.1], shares.Select(share => Math.Round(share, 9)));
        Assert.Equal([3f, -3f, 0f, 0f], coordinates.Select(point => MathF.Round(point[0], 5) + 0f));
    }

    [Fact]
    public void TooFewVectors_OrTooManyComponents_AreRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            PrincipalComponents.Project(
                [
                    [1f, 2f],
                    [3f, 4f],
                ],
                3
            )
        );
        Assert.ThrowsAny<ArgumentException>(() =>
            PrincipalComponents.Project([
                [1f, 2f],
            ])
        );
    }
}
