namespace Microsoft.ML.LlamaVae.Evaluation;

/// <summary>How well a simple classifier tells which factor was held fixed; accuracies from 0 to 1.</summary>
/// <param name="TestAccuracy">The score: accuracy on fresh points. Chance is 1/F.</param>
/// <param name="TrainingAccuracy">Accuracy on the points the classifier learned from.</param>
public sealed record FactorClassificationScore(double TestAccuracy, double TrainingAccuracy);
