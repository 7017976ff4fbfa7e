namespace Microsoft.ML.LlamaVae.Training;

/// <summary>One validation of a run.</summary>
/// <param name="Step">After this optimizer step.</param>
/// <param name="Terms">Raw terms on the held-out examples, the minimised one first.</param>
public sealed record ValidationPoint(int Step, IReadOnlyList<LossTerm> Terms);
