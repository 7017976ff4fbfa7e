namespace Microsoft.ML.LlamaVae.Evaluation;

/// <summary>How <see cref="Dci"/> fits its predictors.</summary>
public sealed record DciOptions
{
    /// <summary>The weight of the L1 penalty beside the mean cross-entropy (nats); it makes unneeded weights 0.</summary>
    /// <value>Default 0.01.</value>
    public double L1 { get; init; } = 0.01;

    /// <summary>The share of the rows that informativeness is judged on; the rest is learned from.</summary>
    /// <value>Default 0.25.</value>
    public double TestShare { get; init; } = 0.25;

    /// <summary>Chooses the rows of the test set.</summary>
    /// <value>Default 1.</value>
    public int Seed { get; init; } = 1;

    internal void Validate()
    {
        Expect.NonNegative(L1, nameof(L1));
        Expect.OpenUnitInterval(TestShare, nameof(TestShare));
    }
}
