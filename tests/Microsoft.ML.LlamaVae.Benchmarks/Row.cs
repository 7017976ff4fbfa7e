namespace Microsoft.ML.LlamaVae.Benchmarks;

/// <summary>One figure of a report.</summary>
/// <param name="Name">What was measured.</param>
/// <param name="Value">Median over the rounds.</param>
/// <param name="Unit">Of the value.</param>
/// <param name="Reference">What it is compared with, measured in the same rounds; null for none.</param>
/// <param name="Ratio">Median over the rounds of value to reference, each round's own.</param>
/// <param name="Spread">(third quartile − first quartile) / median of the value.</param>
internal sealed record Row(string Name, double Value, string Unit, string? Reference, double? Ratio, double Spread);
