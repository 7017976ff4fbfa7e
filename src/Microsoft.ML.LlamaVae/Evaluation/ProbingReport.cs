namespace Microsoft.ML.LlamaVae.Evaluation;

/// <summary>How well a linear classifier reads a property of sentences from their latents.</summary>
/// <param name="Task">The task.</param>
/// <param name="Accuracy">On the test examples, from the latents, 0 to 1.</param>
/// <param name="BagOfWordsAccuracy">The same classifier on the sentences' words; null where it was left out.</param>
/// <param name="MajorityAccuracy">Always saying the most frequent training label.</param>
/// <param name="Labels">Different labels among the training examples.</param>
/// <param name="Training">Training examples.</param>
/// <param name="Test">Test examples.</param>
public sealed record ProbingReport(
    string Task,
    double Accuracy,
    double? BagOfWordsAccuracy,
    double MajorityAccuracy,
    int Labels,
    int Training,
    int Test
) : IEvaluationReport
{
    /// <inheritdoc/>
    public ReportTable ToTable() =>
        new(
            $"probing: {Task}",
            new ReportRow("accuracy from latents", Accuracy),
            new ReportRow("accuracy from words", BagOfWordsAccuracy ?? double.NaN),
            new ReportRow("majority accuracy", MajorityAccuracy),
            new ReportRow("labels", Labels),
            new ReportRow("training examples", Training),
            new ReportRow("test examples", Test)
        );

    /// <summary>The figures as an aligned table.</summary>
    public override string ToString() => ToTable().ToString();
}
