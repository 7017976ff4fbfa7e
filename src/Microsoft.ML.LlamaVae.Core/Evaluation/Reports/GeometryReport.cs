namespace Microsoft.ML.LlamaVae.Evaluation;

/// <summary>The shape of a latent space, seen through its texts.</summary>
/// <param name="Linear">Smoothness of the texts on straight lines between latents.</param>
/// <param name="Spherical">The same on great circles.</param>
/// <param name="Silhouette">How far the labelled groups lie apart, −1 to 1 (Euclidean); null without labels.</param>
/// <param name="NeighbourAccuracy">Texts whose nearest others have their label, 0 to 1; null without labels.</param>
/// <param name="MajorityAccuracy">Always saying the most frequent label: what to compare with; null without labels.</param>
/// <param name="DistinctSamples">Share of distinct texts among those decoded from the prior, above 0, at most 1.</param>
/// <param name="SelfBleu">BLEU of each of them against the others, 0 to 100: less is more varied.</param>
/// <param name="SampleNatsPerToken">−log p per token of the same texts under the judge; null where none holds a word.</param>
/// <param name="Judge">What judged them; null for the −ELBO of the model itself.</param>
/// <param name="Samples">The texts decoded from the prior.</param>
public sealed record GeometryReport(
    InterpolationSmoothnessScore Linear,
    InterpolationSmoothnessScore Spherical,
    double? Silhouette,
    double? NeighbourAccuracy,
    double? MajorityAccuracy,
    double DistinctSamples,
    double SelfBleu,
    double? SampleNatsPerToken,
    string? Judge,
    IReadOnlyList<string> Samples
) : IEvaluationReport
{
    /// <inheritdoc/>
    public ReportTable ToTable() =>
        new(
            "latent geometry",
            new ReportRow("interpolation smoothness, linear", Linear.Mean),
            new ReportRow($"paths it is defined on, of {Linear.Paths}", Linear.DefinedPaths),
            new ReportRow("interpolation smoothness, spherical", Spherical.Mean),
            new ReportRow($"paths it is defined on, of {Spherical.Paths}", Spherical.DefinedPaths),
            new ReportRow("silhouette of the labels", Silhouette ?? double.NaN),
            new ReportRow("nearest-neighbour accuracy", NeighbourAccuracy ?? double.NaN),
            new ReportRow("majority accuracy", MajorityAccuracy ?? double.NaN),
            new ReportRow("distinct prior samples", DistinctSamples),
            new ReportRow("self-BLEU of prior samples", SelfBleu),
            new ReportRow(
                Judge is null
                    ? "−ELBO of prior samples by the model itself, nats/token"
                    : $"−log p of prior samples by {Judge}, nats/token",
                SampleNatsPerToken ?? double.NaN
            )
        );

    /// <summary>The figures as an aligned table.</summary>
    public override string ToString() => ToTable().ToString();
}
