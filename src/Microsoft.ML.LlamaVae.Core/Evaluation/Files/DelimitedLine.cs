namespace Microsoft.ML.LlamaVae.Evaluation;

/// <summary>A record of a <see cref="DelimitedFile"/> and the line it begins on; the first has number 1.</summary>
internal sealed record DelimitedLine(int Number, string[] Fields);
