namespace Microsoft.ML.LlamaVae.Training;

/// <summary>How a model is fitted: the same for the VAE and for the Invertible CVAE.</summary>
public sealed record TrainingOptions
{
    /// <summary>Passes over the training data.</summary>
    /// <value>10 by default.</value>
    public int Epochs { get; init; } = 10;

    /// <summary>Examples per forward pass.</summary>
    /// <value>32 by default.</value>
    public int BatchSize { get; init; } = 32;

    /// <summary>Forward passes per optimizer step; their gradients add up as if they were one batch.</summary>
    /// <value>1 by default.</value>
    public int AccumulationSteps { get; init; } = 1;

    /// <summary>AdamW's highest learning rate.</summary>
    /// <value>0.001 by default.</value>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>AdamW's decoupled weight decay.</summary>
    /// <value>0.01 by default.</value>
    public double WeightDecay { get; init; } = 0.01;

    /// <summary>Steps of linear warm-up.</summary>
    /// <value>60 by default.</value>
    public int WarmupSteps { get; init; } = 60;

    /// <summary>The part of the run after which the learning rate falls along a cosine.</summary>
    /// <value>0 by default: right after the warm-up.</value>
    public double CosineStart { get; init; }

    /// <summary>The learning rate at the end, as a part of <see cref="LearningRate"/>.</summary>
    /// <value>0.05 by default.</value>
    public double FinalLearningRate { get; init; } = 0.05;

    /// <summary>The largest norm of all gradients together; larger ones are scaled down.</summary>
    /// <value>1 by default.</value>
    public double ClipNorm { get; init; } = 1;

    /// <summary>The part of the examples held out for validation, drawn by <see cref="Seed"/>.</summary>
    /// <value>0.05 by default; 0 turns validation off, and the last weights are kept.</value>
    public double ValidationFraction { get; init; } = 0.05;

    /// <summary>The most examples held out, so that validation stays cheap.</summary>
    /// <value>1,000 by default.</value>
    public int MaxValidationExamples { get; init; } = 1000;

    /// <summary>Epochs between two validations; the last epoch is always validated.</summary>
    /// <value>1 by default.</value>
    public int ValidateEveryEpochs { get; init; } = 1;

    /// <summary>Training stops after this many validations in a row without a better value.</summary>
    /// <value>0 by default: never.</value>
    public int Patience { get; init; }

    /// <summary>The file that holds the state of the run. An unfinished run of the same data and options goes on from it.</summary>
    /// <value>null by default: no checkpoints.</value>
    public string? CheckpointPath { get; init; }

    /// <summary>Steps between two checkpoints; one is also written at each validation and on cancellation.</summary>
    /// <value>500 by default.</value>
    public int CheckpointEverySteps { get; init; } = 500;

    /// <summary>Seeds everything that is drawn: the split, the order, the noise. Nothing global is seeded.</summary>
    /// <value>0 by default.</value>
    public int Seed { get; init; }

    /// <summary>Checks the values.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range; names it, the range and the value.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Epochs, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(BatchSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(AccumulationSteps, 1);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(LearningRate);
        ArgumentOutOfRangeException.ThrowIfNegative(WeightDecay);
        ArgumentOutOfRangeException.ThrowIfNegative(WarmupSteps);
        ArgumentOutOfRangeException.ThrowIfNegative(CosineStart);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(CosineStart, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(FinalLearningRate);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(ClipNorm);
        ArgumentOutOfRangeException.ThrowIfNegative(ValidationFraction);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(ValidationFraction, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxValidationExamples, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(ValidateEveryEpochs, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(Patience);
        ArgumentOutOfRangeException.ThrowIfLessThan(CheckpointEverySteps, 1);
    }
}
