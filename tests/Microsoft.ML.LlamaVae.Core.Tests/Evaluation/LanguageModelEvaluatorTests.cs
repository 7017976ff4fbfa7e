using System.Globalization;
using Microsoft.ML.LlamaVae.Evaluation;

namespace Microsoft.ML.LlamaVae.Tests.Evaluation;

public sealed class LanguageModelEvaluatorTests
{
    private static readonly string[] s_texts = ["1", "-2"];

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    public void TheImportanceWeightedBound_IsTheLikelihood_WhereThePosteriorIsExact(int samples)
    {
        var report = Evaluate(new LanguageModelOptions { ImportanceSamples = samples });

        var expected = -s_texts.Average(text =>
            GaussianModel.LogNormal(double.Parse(text, CultureInfo.InvariantCulture), 0, 2)
        );
        Assert.Equal(expected, report.ImportanceWeightedPerToken!.Value, 1e-5);
    }

    [Fact]
    public void TheZeroLatent_IsScoredAtZero() =>
        Assert.Equal(
            -s_texts.Average(text => GaussianModel.LogNormal(double.Parse(text, CultureInfo.InvariantCulture), 0, 1)),
            Evaluate().ZeroLatentNatsPerToken,
            1e-6
        );

    [Fact]
    public void NatsPerByte_CountUtf8()
    {
        var report = Evaluate(); // 2 tokens in 3 bytes

        Assert.Equal(report.Reconstruction.NegativeElboPerToken * 2 / 3, report.NegativeElboPerByte, 1e-12);
        Assert.Equal(report.Reconstruction.ReconstructionNatsPerToken * 2 / 3, report.ReconstructionNatsPerByte, 1e-12);
    }

    [Fact]
    public void ATextThatWasCut_IsInNoFigurePerByte()
    {
        var report = LanguageModelEvaluator.Evaluate(new GaussianModel(limit: 1), ["1", "-2", "3"]);
        var (whole, _, kl) = ReconstructionEvaluator.Terms(new GaussianModel(), ["1", "-2", "3"], 0, default);
        var sum = whole.ReconstructionNatsPerToken * 3;

        Assert.Equal(1, report.CutTexts);
        Assert.Contains(report.ToTable().Rows, row => row.Name.StartsWith("texts cut", StringComparison.Ordinal));
        Assert.Equal(whole.ReconstructionNatsPerToken, report.Reconstruction.ReconstructionNatsPerToken, 1e-12);
        Assert.Equal((kl[0] + kl[2]) / 2, report.NegativeElboPerByte - report.ReconstructionNatsPerByte, 1e-6);
        Assert.NotEqual(sum / 4, report.ReconstructionNatsPerByte, 1e-3);
        Assert.True(
            double.IsNaN(LanguageModelEvaluator.Evaluate(new GaussianModel(limit: 0), s_texts).NegativeElboPerByte)
        );
    }

    [Fact]
    public void AModelWithoutALatent_StandsBesideTheBound()
    {
        var report = LanguageModelEvaluator.Evaluate(new GaussianModel(), s_texts, languageModel: new FixedScorer());

        Assert.Equal(new LanguageModelScore("fixed", 1.5, 2, 0), report.LanguageModel); // 6 nats, 4 tokens, 3 bytes
        Assert.Contains(
            report.ToTable().Rows,
            row => row is { Name: "−log p(x), no latent (fixed), nats/token", Values: [1.5] }
        );
        Assert.Null(Evaluate().LanguageModel);
    }

    [Fact]
    public void TheUnconditionalLanguageModel_ScoresAtZero() =>
        Assert.Equal(
            Evaluate().ZeroLatentNatsPerToken,
            LanguageModelEvaluator
                .Evaluate(
                    new GaussianModel(),
                    s_texts,
                    languageModel: new UnconditionalLanguageModel(new GaussianModel(), "zero")
                )
                .LanguageModel!.NatsPerToken,
            1e-6
        );

    [Fact]
    public void EmbeddingCosines_AreThoseOfTheEncoder_BesideAnotherTexts()
    {
        var report = Evaluate(); // embeddings [1, 1] and [1, −2]; of two texts, each is the other's other

        Assert.Equal(1, report.EmbeddingCosines!.Mean, 1e-6);
        Assert.Equal(-1 / Math.Sqrt(2 * 5), report.EmbeddingCosines.Shuffled, 1e-6);
        Assert.Equal(-1, report.LatentCosines.Shuffled, 1e-6);
    }

    [Fact]
    public void PerfectReconstructions_ScoreOne()
    {
        var report = Evaluate();

        Assert.Equal(1, report.RougeL, 1e-12);
        Assert.Equal(1, report.LatentCosine, 1e-6);
    }

    [Fact]
    public void WithoutImportanceSamples_ThereIsNoBound()
    {
        var report = Evaluate(new LanguageModelOptions { ImportanceSamples = 0 });

        Assert.Null(report.ImportanceWeightedPerToken);
        Assert.Contains(
            report.ToTable().Rows,
            row => row.Name.StartsWith("importance", StringComparison.Ordinal) && double.IsNaN(row.Values[0])
        );
    }

    [Fact]
    public void TooFewOrBlankTexts_AreRefused()
    {
        Refused(["1"], "texts holds 1; expected 2 or more.");
        Refused(["1", " "], "texts[1] is blank; leave blank texts out.");
    }

    private static void Refused(string[] texts, string message) =>
        Assert.Contains(
            message,
            Assert.Throws<ArgumentException>(() => LanguageModelEvaluator.Evaluate(new GaussianModel(), texts)).Message
        );

    private static LanguageModelReport Evaluate(LanguageModelOptions? options = null) =>
        LanguageModelEvaluator.Evaluate(new GaussianModel(), s_texts, options);
}
