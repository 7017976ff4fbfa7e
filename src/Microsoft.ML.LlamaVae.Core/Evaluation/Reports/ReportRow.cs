namespace Microsoft.ML.LlamaVae.Evaluation;

/// <summary>A named row of a <see cref="ReportTable"/>.</summary>
/// <param name="Name">What is measured, or which method.</param>
/// <param name="Values">One for each column; NaN where there is none.</param>
public sealed record ReportRow(string Name, params IReadOnlyList<double> Values);
