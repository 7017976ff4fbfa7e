namespace Microsoft.ML.LlamaVae.Evaluation;

/// <summary>Interpolation smoothness of a set of paths.</summary>
/// <param name="Mean">The mean over the paths on which it is defined; NaN where it is on none.</param>
/// <param name="DefinedPaths">On how many paths it is defined: at least one step moves, and the ends have words.</param>
/// <param name="Paths">How many paths there were.</param>
public sealed record InterpolationSmoothnessScore(double Mean, int DefinedPaths, int Paths);
