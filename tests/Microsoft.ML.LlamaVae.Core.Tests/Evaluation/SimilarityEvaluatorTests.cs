using Microsoft.ML.LlamaVae.Evaluation;

namespace Microsoft.ML.LlamaVae.Tests.Evaluation;

public sealed class SimilarityEvaluatorTests
{
    // Latents of one dimension: the cosine is 1, −1, or undefined where a latent is 0.
    private static readonly TextPair[] s_pairs =
    [
        new("1", "2", 5),
        new("1", "-2", 0),
        new("0", "1", 2),
        new("3", "3", 4),
    ];

    [Fact]
    public void TheCorrelations_AreThoseOfCosineAndScore()
    {
        var report = SimilarityEvaluator.Evaluate(new GaussianModel(), s_pairs);

        // Cosines 1, −1, 0 (undefined), 1 with ranks 3.5, 1, 2, 3.5; scores with ranks 4, 1, 2, 3.
        Assert.Equal(Correlation.Pearson([3.5, 1, 2, 3.5], [4, 1, 2, 3]), report.Methods[0].Spearman.Estimate, 1e-9);
        Assert.Equal(Correlation.Pearson([1, -1, 0, 1], [5, 0, 2, 4]), report.Methods[0].Pearson.Estimate, 1e-6);
        Assert.Equal(1, report.Methods[0].Undefined);
    }

    [Fact]
    public void TheBaselines_StandInTheSameTable()
    {
        var vectors = new WordVectors(
            new Dictionary<string, float[]>
            {
                ["1"] = [1, 0],
                ["2"] = [1, 1],
                ["3"] = [0, 1],
            }
        );
        var table = SimilarityEvaluator.Evaluate(new GaussianModel(), s_pairs, vectors).ToTable();

        Assert.Equal(
            ["latent cosine", "mean word vector cosine", "word overlap (Jaccard)"],
            table.Rows.Select(row => row.Name)
        );
        Assert.Equal(1, table.Rows[1].Values[^1]); // "0" has no vector
        Assert.True(table.Rows[0].Values[1] <= table.Rows[0].Values[0]);
        Assert.True(table.Rows[0].Values[2] >= table.Rows[0].Values[0]);
    }

    [Fact]
    public void EqualSimilarities_HaveNoCorrelation()
    {
        var report = SimilarityEvaluator.Evaluate(new GaussianModel(), [new("1", "1", 1), new("2", "2", 2)]);

        Assert.True(double.IsNaN(report.Methods[0].Spearman.Estimate));
        Assert.Contains("–", report.ToString());
    }

    [Fact]
    public void OnePair_IsRefused() =>
        Assert.Contains(
            "pairs is 1; expected 2 or more",
            Assert
                .Throws<ArgumentOutOfRangeException>(() =>
                    SimilarityEvaluator.Evaluate(new GaussianModel(), [new("1", "1", 1)])
                )
                .Message
        );
}
