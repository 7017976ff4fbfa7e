namespace Microsoft.ML.LlamaVae.Evaluation;

/// <summary>Two texts and how similar people found them.</summary>
/// <param name="First">A text.</param>
/// <param name="Second">The other text.</param>
/// <param name="Score">Higher is more similar; any scale, STS-B has 0 to 5, SICK 1 to 5.</param>
public sealed record TextPair(string First, string Second, double Score);
