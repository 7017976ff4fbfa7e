namespace Microsoft.ML.LlamaVae.Evaluation;

/// <summary>A statistic and its percentile bootstrap interval, in the unit of the statistic.</summary>
/// <param name="Estimate">The statistic of the data as they are.</param>
/// <param name="Lower">The lower end.</param>
/// <param name="Upper">The upper end.</param>
/// <param name="Confidence">The share of the resampled statistics between the two ends.</param>
public sealed record BootstrapInterval(double Estimate, double Lower, double Upper, double Confidence);
