namespace Microsoft.ML.LlamaVae.Training;

/// <summary>A raw term summed over a batch; reports divide the sum of the sums by the sum of the counts.</summary>
internal readonly record struct BatchTerm(string Name, double Sum, double Count, string Unit);
