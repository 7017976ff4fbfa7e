namespace Microsoft.ML.LlamaVae.Evaluation;

/// <summary>Semantic textual similarity: the model's latents beside the baselines.</summary>
/// <param name="Methods">The cosine of the latents first, then the baselines.</param>
/// <param name="Pairs">How many pairs.</param>
public sealed record SimilarityReport(IReadOnlyList<SimilarityScore> Methods, int Pairs) : IEvaluationReport
{
    /// <inheritdoc/>
    public ReportTable ToTable() =>
        new(
            $"semantic similarity of {Pairs} pairs",
            ["spearman", "spearman low", "spearman high", "pearson", "pearson low", "pearson high", "undefined"],
            [
                .. Methods.Select(score => new ReportRow(
                    score.Method,
                    score.Spearman.Estimate,
                    score.Spearman.Lower,
                    score.Spearman.Upper,
                    score.Pearson.Estimate,
                    score.Pearson.Lower,
                    score.Pearson.Upper,
                    score.Undefined
                )),
            ]
        );

    /// <summary>The figures as an aligned table.</summary>
    public override string ToString() => ToTable().ToString();
}
