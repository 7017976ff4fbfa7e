namespace Microsoft.ML.LlamaVae.Evaluation;

/// <summary>BLEU and the parts it is made of.</summary>
/// <param name="Score">BLEU, 0 to 100.</param>
/// <param name="Precisions">The (smoothed) precision of each n-gram order from 1 to 4, 0 to 100.</param>
/// <param name="BrevityPenalty">exp(1 − r/c) where the candidates are shorter than the references, 1 elsewhere.</param>
/// <param name="CandidateLength">c: tokens of the candidates.</param>
/// <param name="ReferenceLength">r: tokens of the references closest in length.</param>
public sealed record BleuScore(
    double Score,
    IReadOnlyList<double> Precisions,
    double BrevityPenalty,
    int CandidateLength,
    int ReferenceLength
);
