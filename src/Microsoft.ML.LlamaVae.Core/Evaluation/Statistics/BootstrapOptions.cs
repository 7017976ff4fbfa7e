namespace Microsoft.ML.LlamaVae.Evaluation;

/// <summary>How a bootstrap interval is drawn.</summary>
public sealed record BootstrapOptions
{
    /// <summary>How often the rows are drawn anew.</summary>
    /// <value>Default 1000.</value>
    public int Resamples { get; init; } = 1000;

    /// <summary>The share of the resampled statistics that the interval holds.</summary>
    /// <value>Default 0.95.</value>
    public double Confidence { get; init; } = 0.95;

    /// <summary>Equal seeds give equal intervals.</summary>
    /// <value>Default 1.</value>
    public int Seed { get; init; } = 1;

    internal void Validate()
    {
        Expect.AtLeast(1, Resamples, nameof(Resamples));
        Expect.OpenUnitInterval(Confidence, nameof(Confidence));
    }
}
