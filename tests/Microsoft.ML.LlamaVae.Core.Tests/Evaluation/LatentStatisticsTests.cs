using Microsoft.ML.LlamaVae.Evaluation;

namespace Microsoft.ML.LlamaVae.Tests.Evaluation;

public sealed class LatentStatisticsTests
{
    [Fact]
    public void Activity_AgreesWithNumpy()
    {
        var activity = LatentStatistics.Activity(
            Expected.Get<float[][]>("posterior", "mu"),
            Expected.Get<float[][]>("posterior", "logVar")
        );

        Expected.Near(Expected.Get<double[]>("posterior", "klPerDimension"), activity.KlPerDimension, 1e-6);
        Expected.Near(Expected.Get<double[]>("posterior", "variances"), activity.MeanVariances, 1e-6);
        Assert.Equal(activity.KlPerDimension.Sum(), activity.Kl, 1e-12);
        Assert.Equal(3, activity.ActiveUnits);
    }

    [Fact]
    public void Activity_IsZero_WhenThePosteriorIsThePrior()
    {
        var activity = LatentStatistics.Activity(
            [
                [0, 0],
                [0, 0],
            ],
            [
                [0, 0],
                [0, 0],
            ]
        );

        Assert.Equal((0.0, 0), (activity.Kl, activity.ActiveUnits));
    }

    [Fact]
    public void Information_IsZero_WhenAllPosteriorsAreOne()
    {
        var information = LatentStatistics.Information(
            [
                [1, 2],
                [1, 2],
                [1, 2],
            ],
            [
                [0, -1],
                [0, -1],
                [0, -1],
            ]
        );

        Assert.Equal(0, information.MutualInformation, 1e-12);
        Assert.Equal(information.Kl, information.AggregateKl, 1e-12);
    }

    [Fact]
    public void Information_IsLogN_WhenPosteriorsDoNotOverlap()
    {
        float[][] mu = [.. Enumerable.Range(0, 8).Select(n => new float[] { 10 * n })];
        float[][] logVar = [.. mu.Select(_ => new float[] { -4 })];
        var information = LatentStatistics.Information(mu, logVar);

        Assert.Equal(Math.Log(8), information.MutualInformation, 1e-9);
        Assert.Equal(Math.Log(8), information.Ceiling, 1e-12);
    }

    [Fact]
    public void Information_AgreesWithQuadrature()
    {
        var information = LatentStatistics.Information(
            [
                [-1.5f],
                [1.5f],
            ],
            [
                [0],
                [0],
            ],
            draws: 100_000
        );

        Assert.Equal(Expected.Get<double>("posterior", "informationOfTwo"), information.MutualInformation, 3e-3);
        Assert.Equal(0.5 * 1.5 * 1.5, information.Kl, 1e-9);
        Assert.Equal(information.Kl, information.MutualInformation + information.AggregateKl, 1e-12);
    }

    [Fact]
    public void Information_DoesNotChange_WhenTheLatentIsScaled()
    {
        var logVar = MathF.Log(4); // σ = 2

        var once = LatentStatistics.Information(
            [
                [-1.5f],
                [1.5f],
            ],
            [
                [0],
                [0],
            ],
            draws: 100
        );
        var twice = LatentStatistics.Information(
            [
                [-3],
                [3],
            ],
            [
                [logVar],
                [logVar],
            ],
            draws: 100
        );

        Assert.Equal(once.MutualInformation, twice.MutualInformation, 1e-5);
    }

    [Fact]
    public void Information_IsTheSame_ForEqualSeeds()
    {
        float[][] mu =
        [
            [0],
            [1],
            [2],
        ];
        float[][] logVar =
        [
            [0],
            [0],
            [0],
        ];

        Assert.Equal(LatentStatistics.Information(mu, logVar), LatentStatistics.Information(mu, logVar));
        Assert.NotEqual(LatentStatistics.Information(mu, logVar), LatentStatistics.Information(mu, logVar, seed: 2));
    }

    [Fact]
    public void Shapes_AreChecked()
    {
        Assert.Throws<ArgumentException>(() => LatentStatistics.Activity([], []));
        Assert.Throws<ArgumentException>(() =>
            LatentStatistics.Activity(
                [
                    [1],
                ],
                [
                    [1],
                    [2],
                ]
            )
        );
        Assert.Throws<ArgumentException>(() =>
            LatentStatistics.Information(
                [
                    [1],
                ],
                [
                    [1, 2],
                ]
            )
        );
    }
}
