namespace Microsoft.ML.LlamaVae.Evaluation;

/// <summary>Disentanglement, completeness and informativeness.</summary>
/// <param name="Disentanglement">0 to 1; 1 when each dimension matters to one factor only. NaN with one factor.</param>
/// <param name="Completeness">0 to 1; 1 when one dimension matters to each factor. NaN with one dimension.</param>
/// <param name="Informativeness">Mean over the factors of the accuracy on held-out rows, 0 to 1.</param>
/// <param name="MajorityAccuracy">The same for always saying the most frequent training value: what to compare with.</param>
/// <param name="Importance">How much dimension d matters to factor f [D][F], 0 or more; each factor's sum to 1, or are all 0.</param>
public sealed record DciScore(
    double Disentanglement,
    double Completeness,
    double Informativeness,
    double MajorityAccuracy,
    IReadOnlyList<IReadOnlyList<double>> Importance
);
