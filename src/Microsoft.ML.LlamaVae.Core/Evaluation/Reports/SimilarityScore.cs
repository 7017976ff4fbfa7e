namespace Microsoft.ML.LlamaVae.Evaluation;

/// <summary>How a measure of similarity agrees with people.</summary>
/// <param name="Method">What was compared.</param>
/// <param name="Spearman">Rank correlation with the scores, −1 to 1; NaN where all similarities are equal.</param>
/// <param name="Pearson">Linear correlation with the scores, −1 to 1.</param>
/// <param name="Undefined">Pairs without a similarity, such as texts without a known word; they count as 0.</param>
public sealed record SimilarityScore(
    string Method,
    BootstrapInterval Spearman,
    BootstrapInterval Pearson,
    int Undefined
);
