namespace Microsoft.ML.LlamaVae.Evaluation;

/// <summary>A line of a <see cref="TabSeparatedFile"/>; the first has number 1.</summary>
internal sealed record TabSeparatedLine(int Number, string[] Fields);
