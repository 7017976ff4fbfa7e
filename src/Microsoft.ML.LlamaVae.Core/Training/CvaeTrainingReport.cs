namespace Microsoft.ML.LlamaVae.Training;

/// <summary>How the fit of an Invertible CVAE went.</summary>
/// <param name="Run">Steps, validations, why it ended.</param>
/// <param name="TrainingPairs">Pairs learned from.</param>
/// <param name="ValidationPairs">Pairs held out.</param>
/// <param name="SkippedPairs">Pairs with a value that isn't finite.</param>
/// <param name="NatsPerDimension">−log p(z|c) / D on the held-out pairs; NaN where nothing was held out.</param>
public sealed record CvaeTrainingReport(
    TrainingResult Run,
    int TrainingPairs,
    int ValidationPairs,
    int SkippedPairs,
    double NatsPerDimension
);
