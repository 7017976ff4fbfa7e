namespace Microsoft.ML.LlamaVae.Training;

/// <summary>Where a training run stands.</summary>
/// <param name="Epoch">The running epoch, from 1.</param>
/// <param name="Epochs">Epochs in total.</param>
/// <param name="Step">Optimizer steps done.</param>
/// <param name="Steps">Optimizer steps in total.</param>
/// <param name="Terms">Raw terms of the loss, means over the epoch so far.</param>
/// <param name="UnitsPerSecond">Target tokens (VAE) or rows (flow) per second since the run, or its resumption, began; validation excluded.</param>
/// <param name="Elapsed">Since the run, or its resumption, began.</param>
/// <param name="Remaining">What is left at this speed.</param>
/// <param name="Validation">Terms of the validation that has just been done, the minimised one first; empty in between.</param>
public sealed record TrainingProgress(
    int Epoch,
    int Epochs,
    int Step,
    int Steps,
    IReadOnlyList<LossTerm> Terms,
    double UnitsPerSecond,
    TimeSpan Elapsed,
    TimeSpan Remaining,
    IReadOnlyList<LossTerm> Validation
);
