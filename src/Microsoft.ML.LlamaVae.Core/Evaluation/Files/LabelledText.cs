namespace Microsoft.ML.LlamaVae.Evaluation;

/// <summary>A text and the group it belongs to.</summary>
/// <param name="Label">The group.</param>
/// <param name="Text">The text.</param>
public sealed record LabelledText(string Label, string Text);
