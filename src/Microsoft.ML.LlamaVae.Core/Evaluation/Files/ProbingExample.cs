namespace Microsoft.ML.LlamaVae.Evaluation;

/// <summary>An example of a probing task.</summary>
/// <param name="Split">What it is for.</param>
/// <param name="Label">The property to be told from the latent.</param>
/// <param name="Text">The sentence.</param>
public sealed record ProbingExample(ProbingSplit Split, string Label, string Text);
