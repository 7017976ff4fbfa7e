namespace Microsoft.ML.LlamaVae.Evaluation;

/// <summary>Several probing tasks of the same encoder.</summary>
/// <param name="Tasks">In the order they were given.</param>
public sealed record ProbingSuiteReport(IReadOnlyList<ProbingReport> Tasks) : IEvaluationReport
{
    /// <inheritdoc/>
    public ReportTable ToTable() =>
        new(
            "probing",
            ["latents", "words", "majority", "labels", "training", "test"],
            [
                .. Tasks.Select(task => new ReportRow(
                    task.Task,
                    task.Accuracy,
                    task.BagOfWordsAccuracy ?? double.NaN,
                    task.MajorityAccuracy,
                    task.Labels,
                    task.Training,
                    task.Test
                )),
            ]
        );

    /// <summary>The figures as an aligned table.</summary>
    public override string ToString() => ToTable().ToString();
}
