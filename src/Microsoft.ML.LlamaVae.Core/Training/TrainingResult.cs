namespace Microsoft.ML.LlamaVae.Training;

/// <summary>How a training run went.</summary>
/// <param name="Steps">Optimizer steps done, those before a resumption included.</param>
/// <param name="Epochs">Epochs done.</param>
/// <param name="BestStep">The step whose weights were kept.</param>
/// <param name="Validations">All validations in order.</param>
/// <param name="Stop">Why it ended.</param>
/// <param name="Resumed">It went on from a checkpoint.</param>
public sealed record TrainingResult(
    int Steps,
    int Epochs,
    int BestStep,
    IReadOnlyList<ValidationPoint> Validations,
    StopReason Stop,
    bool Resumed
);
