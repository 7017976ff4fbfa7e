using Microsoft.ML.LlamaVae.Evaluation;

namespace Microsoft.ML.LlamaVae.Tests.Evaluation;

public sealed class DefinitionEvaluatorTests
{
    private static readonly DefinedWord s_right = new(
        "cat",
        "a small animal that purrs",
        ["a big city", "a small animal that purrs"]
    )
    {
        Latent = [1, 0],
        ReferenceLatents =
        [
            [0, 1],
            [2, 0],
        ],
        LogDensities = [-2, -4],
    };

    private static readonly DefinedWord s_empty = new("dog", "", ["an animal that barks"])
    {
        Latent = [1, 0],
        ReferenceLatents =
        [
            [1, 1],
        ],
        LogDensities = [3],
    };

    [Fact]
    public void TheClosestReference_Counts()
    {
        var report = DefinitionEvaluator.Evaluate([s_right]);

        Assert.Equal(100, report.Bleu4, 1e-9);
        Assert.Equal(1, report.RougeL, 1e-12);
        Assert.Equal(1, report.LatentCosine!.Value, 1e-6);
    }

    [Fact]
    public void NatsPerDimension_IsTheMeanOverAllReferences()
    {
        // (2/2 + 4/2 − 3/2) / 3
        var report = DefinitionEvaluator.Evaluate([s_right, s_empty]);

        Assert.Equal(0.5, report.NatsPerDimension!.Value, 1e-12);
        Assert.Equal(1.5, report.Words[0].NatsPerDimension!.Value, 1e-12);
        Assert.Equal(-1.5, report.Words[1].NatsPerDimension!.Value, 1e-12);
    }

    [Fact]
    public void AnEmptyText_ScoresZero_AndShortensTheCorpus()
    {
        var report = DefinitionEvaluator.Evaluate([s_right, s_empty]);

        // 5 tokens where the references have 9: BP = exp(1 − 9/5), precisions all 1.
        Assert.Equal(100 * Math.Exp(1 - 9 / 5.0), report.Bleu4, 1e-9);
        Assert.Equal(0.5, report.RougeL, 1e-12);
        Assert.Equal((1 + Math.Sqrt(0.5)) / 2, report.LatentCosine!.Value, 1e-6);
        Assert.Equal(0, report.Words[1].Bleu4);
        Assert.Equal("cat", report.Best(1)[0].Defined.Word);
        Assert.Equal("dog", report.Worst(1)[0].Defined.Word);
    }

    [Fact]
    public void WithoutLatents_ThereIsNoCosine_AndTheTableSaysSo()
    {
        var report = DefinitionEvaluator.Evaluate([new DefinedWord("cat", "x", ["x"])]);

        Assert.Null(report.LatentCosine);
        Assert.Null(report.NatsPerDimension);
        Assert.Equal(
            "–",
            report.ToString().Split('\n').Single(line => line.StartsWith("latent cosine", StringComparison.Ordinal))[
                ^1..
            ]
        );
    }

    [Fact]
    public void UnknownWords_AreTold_AndInNoScore()
    {
        var report = DefinitionEvaluator.Evaluate([s_right], unknownWords: 3);

        Assert.Equal(100, report.Bleu4, 1e-9);
        Assert.Contains(report.ToTable().Rows, row => row is { Name: "unknown words, left out", Values: [3] });
        Assert.Throws<ArgumentOutOfRangeException>(() => DefinitionEvaluator.Evaluate([s_right], unknownWords: -1));
    }

    [Fact]
    public void AZeroLatent_HasNoCosine()
    {
        var report = DefinitionEvaluator.Evaluate([s_empty with { Latent = [0, 0] }, s_right]);

        Assert.Null(report.Words[0].LatentCosine);
        Assert.Equal(1, report.LatentCosine!.Value, 1e-6);
    }

    [Fact]
    public void IncompleteWords_AreRefusedByName()
    {
        Refused(s_right with { References = [] }, "'cat' has no reference definition");
        Refused(
            s_right with
            {
                ReferenceLatents =
                [
                    [1, 0],
                ],
            },
            "1 reference latents; expected one for each of its 2"
        );
        Refused(s_right with { LogDensities = [1] }, "1 log-densities; expected one for each of its 2");
        Refused(s_right with { Latent = null, ReferenceLatents = null }, "log-densities but no latent");
        Refused(s_right with { Latent = [1, 2, 3] }, "a reference latent of 2 dimensions and one of 3");
        Assert.Contains(
            "words is empty",
            Assert.Throws<ArgumentException>(() => DefinitionEvaluator.Evaluate([])).Message
        );
    }

    private static void Refused(DefinedWord word, string message) =>
        Assert.Contains(message, Assert.Throws<ArgumentException>(() => DefinitionEvaluator.Evaluate([word])).Message);
}
