namespace Microsoft.ML.LlamaVae.Evaluation;

/// <summary>Whether single dimensions carry single generative factors.</summary>
/// <param name="ZDiff">Higgins et al. 2017: accuracy, 0 to 1.</param>
/// <param name="ZMinVar">Kim and Mnih 2018: accuracy, 0 to 1.</param>
/// <param name="MutualInformationGap">Chen et al. 2018, 0 to 1.</param>
/// <param name="Dci">Eastwood and Williams 2018.</param>
/// <param name="Factors">How many factors: guessing one scores 1/Factors in the first two.</param>
public sealed record DisentanglementReport(
    FactorClassificationScore ZDiff,
    FactorClassificationScore ZMinVar,
    MutualInformationGapScore MutualInformationGap,
    DciScore Dci,
    int Factors
) : IEvaluationReport
{
    /// <inheritdoc/>
    public ReportTable ToTable() =>
        new(
            "disentanglement",
            new ReportRow("z-diff accuracy", ZDiff.TestAccuracy),
            new ReportRow("z-min-var accuracy", ZMinVar.TestAccuracy),
            new ReportRow("chance of both", 1.0 / Factors),
            new ReportRow("mutual information gap", MutualInformationGap.Mean),
            new ReportRow("DCI disentanglement", Dci.Disentanglement),
            new ReportRow("DCI completeness", Dci.Completeness),
            new ReportRow("DCI informativeness", Dci.Informativeness),
            new ReportRow("majority accuracy", Dci.MajorityAccuracy)
        );

    /// <summary>The figures as an aligned table.</summary>
    public override string ToString() => ToTable().ToString();
}
