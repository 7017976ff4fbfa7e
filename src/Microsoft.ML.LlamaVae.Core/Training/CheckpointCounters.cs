namespace Microsoft.ML.LlamaVae.Training;

/// <summary>The numbers of a checkpoint; its tensors stand beside them.</summary>
internal sealed record CheckpointCounters(
    int Step,
    int Epoch,
    int StepInEpoch,
    bool Finished,
    int BestStep,
    int WithoutImprovement,
    IReadOnlyList<ValidationPoint> History
);
