namespace Microsoft.ML.LlamaVae.Evaluation;

/// <summary>How <see cref="ZDiff"/> and <see cref="ZMinVar"/> draw from the data.</summary>
public sealed record FactorSamplingOptions
{
    /// <summary>Pairs (z-diff) or rows (z-min-var) that one point of the classifier is made of.</summary>
    /// <value>Default 64.</value>
    public int BatchSize { get; init; } = 64;

    /// <summary>Points the classifier learns from.</summary>
    /// <value>Default 1000.</value>
    public int TrainingPoints { get; init; } = 1000;

    /// <summary>Points the classifier is judged on.</summary>
    /// <value>Default 500.</value>
    public int TestPoints { get; init; } = 500;

    /// <summary>Equal seeds give equal scores.</summary>
    /// <value>Default 1.</value>
    public int Seed { get; init; } = 1;

    internal void Validate()
    {
        Expect.AtLeast(2, BatchSize, nameof(BatchSize));
        Expect.AtLeast(1, TrainingPoints, nameof(TrainingPoints));
        Expect.AtLeast(1, TestPoints, nameof(TestPoints));
    }
}
