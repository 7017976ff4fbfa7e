namespace Microsoft.ML.LlamaVae.Evaluation;

/// <summary>ROUGE-L; each value from 0 to 1.</summary>
/// <param name="Precision">Longest common subsequence over the words of the candidate.</param>
/// <param name="Recall">Longest common subsequence over the words of the reference.</param>
/// <param name="F1">Harmonic mean of the two; 0 where nothing is common.</param>
public sealed record RougeLScore(double Precision, double Recall, double F1);
