using Microsoft.ML.LlamaVae.Evaluation;

namespace Microsoft.ML.LlamaVae.Tests.Evaluation;

public sealed class DisentanglementTests
{
    private static readonly float[][] Latents = Expected.Get<float[][]>("disentanglement", "latents");
    private static readonly int[][] Factors = Expected.Get<int[][]>("disentanglement", "factors");
    private static readonly FactorSamplingOptions Quick = new() { TrainingPoints = 300, TestPoints = 200 };

    // Every combination of three factors with 4 values, four times.
    private static readonly int[][] Grid =
    [
        .. Enumerable.Range(0, 256).Select(i => new[] { i % 4, i / 4 % 4, i / 16 % 4 }),
    ];

    // One dimension per factor, and one that says nothing.
    private static readonly float[][] Aligned =
    [
        .. Grid.Select((v, i) => new[] { v[0] + 0.1f * (i % 3), -2f * v[1], 5f * v[2] + 1, i * 37 % 11 }),
    ];

    private static readonly float[][] Noise = Random(256, 4, seed: 3);

    [Fact]
    public void ZDiff_IsOne_WhenEachFactorHasItsDimension()
    {
        Assert.Equal(1, ZDiff.Measure(Aligned, Grid, Quick).TestAccuracy);
    }

    [Fact]
    public void ZDiff_IsNearChance_WhenLatentsAreNoise()
    {
        Assert.InRange(ZDiff.Measure(Noise, Grid, Quick).TestAccuracy, 0.2, 0.5);
    }

    [Fact]
    public void ZMinVar_IsOne_WhenEachFactorHasItsDimension()
    {
        Assert.Equal(1, ZMinVar.Measure(Aligned, Grid, Quick).TestAccuracy);
    }

    [Fact]
    public void ZMinVar_IsNearChance_WhenLatentsAreNoise()
    {
        Assert.InRange(ZMinVar.Measure(Noise, Grid, Quick).TestAccuracy, 0.2, 0.5);
    }

    [Fact]
    public void ZMinVar_JudgesEachDimensionByItsOwnScale()
    {
        float[][] scaled =
        [
            .. Aligned.Select((row, i) => new[] { 100 * (row[0] + Noise[i][0]), row[1] + Noise[i][1], row[2] }),
        ];

        Assert.Equal(1, ZMinVar.Measure(scaled, Grid, Quick).TestAccuracy);
    }

    [Fact]
    public void ZMinVar_LeavesConstantDimensionsOut()
    {
        float[][] withConstant = [.. Aligned.Select(row => new[] { 7, row[0], row[1], row[2] })];
        float[][] constant = [.. Aligned.Select(_ => new float[] { 7 })];

        Assert.Equal(1, ZMinVar.Measure(withConstant, Grid, Quick).TestAccuracy);
        Assert.Equal(new FactorClassificationScore(0, 0), ZMinVar.Measure(constant, Grid, Quick));
    }

    [Fact]
    public void SampledScores_AreTheSame_ForEqualSeeds()
    {
        Assert.Equal(ZDiff.Measure(Latents, Factors, Quick), ZDiff.Measure(Latents, Factors, Quick));
        Assert.Equal(ZMinVar.Measure(Latents, Factors, Quick), ZMinVar.Measure(Latents, Factors, Quick));
        Assert.NotEqual(
            ZMinVar.Measure(Latents, Factors, Quick),
            ZMinVar.Measure(Latents, Factors, Quick with { Seed = 2 })
        );
    }

    [Fact]
    public void MutualInformation_AgreesWithScikitLearn()
    {
        var score = MutualInformationGap.Measure(Latents, Factors);
        var expected = Expected.Get<double[][]>("disentanglement", "information");

        Expected.Near(expected.SelectMany(row => row), score.MutualInformation.SelectMany(row => row), 1e-9);
        Expected.Near(Expected.Get<double[]>("disentanglement", "gaps"), score.PerFactor, 1e-9);
        Assert.Equal(score.PerFactor.Average(), score.Mean);
    }

    [Fact]
    public void MutualInformationGap_IsOne_WhenEachFactorHasItsDimension()
    {
        float[][] exact = [.. Grid.Select(v => new float[] { v[2], v[0], v[1] })];
        float[][] twice = [.. Grid.Select(v => new float[] { v[0], v[0], v[1], v[2] })];

        Assert.Equal(1, MutualInformationGap.Measure(exact, Grid).Mean, 1e-9);
        Assert.Equal(0, MutualInformationGap.Measure(twice, Grid).PerFactor[0], 1e-9);
    }

    [Fact]
    public void Dci_IsOne_WhenEachFactorHasItsDimension()
    {
        var score = Dci.Measure(Aligned, Grid);

        Assert.InRange(score.Disentanglement, 0.97, 1);
        Assert.InRange(score.Completeness, 0.97, 1);
        Assert.InRange(score.Informativeness, 0.99, 1);
        Assert.InRange(score.MajorityAccuracy, 0.1, 0.4);
    }

    [Fact]
    public void Dci_Falls_WhenDimensionsAreRotated()
    {
        float[][] rotated =
        [
            .. Grid.Select(v => new float[] { v[0] + v[1] + v[2], v[0] - v[1] + v[2], v[0] + v[1] - v[2] }),
        ];
        var score = Dci.Measure(rotated, Grid);

        Assert.InRange(score.Disentanglement, 0, 0.6);
        Assert.InRange(score.Informativeness, 0.9, 1); // still told, by all dimensions together
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(8)]
    [InlineData(16)]
    public void Dci_IsZero_WhenTwoFactorsShareTwoDimensionsEvenly_WhateverTheirNumbersOfValues(int values)
    {
        // z = (a + b, a − b) of standardised factors: both dimensions matter to both factors alike.
        int[][] factors = [.. Enumerable.Range(0, 1024).Select(i => new[] { i % 2, i / 2 % values })];
        var noise = Random(1024, 2, seed: 5);
        var spread = Math.Sqrt((values * values - 1) / 12.0); // of the values 0 … values − 1
        var score = Dci.Measure(
            [
                .. factors.Select(
                    (row, i) =>
                    {
                        var (a, b) = (2f * row[0] - 1, (float)((row[1] - (values - 1) / 2.0) / spread));
                        return new[] { a + b + 0.5f * noise[i][0], a - b + 0.5f * noise[i][1] };
                    }
                ),
            ],
            factors
        );

        Assert.InRange(score.Disentanglement, 0, 0.02);
        Assert.Equal([1, 1], Enumerable.Range(0, 2).Select(f => Math.Round(score.Importance.Sum(row => row[f]), 9)));
    }

    [Fact]
    public void TheSeed_ReachesAllDraws()
    {
        var first = DisentanglementEvaluator.Evaluate(Noise, Grid);
        var second = DisentanglementEvaluator.Evaluate(Noise, Grid, seed: 2);

        Assert.NotEqual(first.ZDiff, second.ZDiff);
        Assert.NotEqual(first.ZMinVar, second.ZMinVar);
        Assert.NotEqual(first.Dci.Disentanglement, second.Dci.Disentanglement);
    }

    [Fact]
    public void Concentration_IsTheWeighingOfDisentanglementLib()
    {
        var importance = Expected.Get<double[][]>("disentanglement", "importance");
        double[][] transposed = [.. Enumerable.Range(0, 3).Select(f => importance.Select(row => row[f]).ToArray())];

        Assert.Equal(Expected.Get<double>("disentanglement", "disentanglement"), Dci.Concentration(importance), 1e-12);
        Assert.Equal(Expected.Get<double>("disentanglement", "completeness"), Dci.Concentration(transposed), 1e-12);
        Assert.Equal(
            0,
            Dci.Concentration([
                [0, 0],
                [0, 0],
            ])
        );
        Assert.True(
            double.IsNaN(
                Dci.Concentration([
                    [1],
                    [2],
                ])
            )
        );
    }

    [Theory]
    [InlineData("l1", 0.02, 0.0, 1)]
    [InlineData("l2", 0.0, 1 / 120.0, 0)]
    public void SoftmaxRegression_AgreesWithScikitLearn(string penalty, double l1, double l2, int factor)
    {
        double[][] rows = [.. Latents.Select(row => row.Select(z => (double)z).ToArray())];
        int[] labels = [.. Factors.Select(row => row[factor])];
        var regression = SoftmaxRegression.Fit(rows, labels, l1, l2);

        Expected.Near(
            Expected.Get<double[]>("disentanglement", $"{penalty}Importance"),
            rows[0].Select((_, d) => regression.Importance(d)),
            1e-3
        );
        Assert.Equal(
            Expected.Get<double>("disentanglement", $"{penalty}Accuracy"),
            regression.Accuracy(rows, labels),
            1e-9
        );
    }

    [Fact]
    public void AConstantFactor_IsNamed()
    {
        int[][] factors = [.. Grid.Select(v => new[] { v[0], 5 })];

        var error = Assert.Throws<ArgumentException>(() => MutualInformationGap.Measure(Aligned, factors));

        Assert.Contains("Factor 1 has the same value in all rows", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AFactorWithoutRepeatedValues_IsNamed()
    {
        int[][] factors = [.. Grid.Select((_, i) => new[] { i })];

        var error = Assert.Throws<InvalidOperationException>(() => ZDiff.Measure(Aligned, factors, Quick));

        Assert.Contains("No two rows share a value of factor 0", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Dci_Throws_WhenASideOfTheSplitIsEmpty()
    {
        Assert.Throws<ArgumentException>(() =>
            Dci.Measure(
                [
                    [1],
                    [2],
                ],
                [
                    [0],
                    [1],
                ],
                new DciOptions { TestShare = 0.1 }
            )
        );
        Assert.Throws<ArgumentOutOfRangeException>(() => Dci.Measure(Aligned, Grid, new DciOptions { L1 = -1 }));
    }

    private static float[][] Random(int rows, int columns, int seed)
    {
        var random = new Random(seed);
        return
        [
            .. Enumerable
                .Range(0, rows)
                .Select(_ => Enumerable.Range(0, columns).Select(_ => random.NextSingle()).ToArray()),
        ];
    }
}
