namespace Microsoft.ML.LlamaVae.Evaluation;

/// <summary>Language modelling and reconstruction: likelihood bounds, what the latent adds, and how near the greedy reconstructions come.</summary>
/// <param name="Reconstruction">The terms of the ELBO with the text's own and with another text's latent.</param>
/// <param name="ZeroLatentNatsPerToken">−log p(x|z = 0): what the decoder knows without a latent.</param>
/// <param name="ReconstructionNatsPerByte">
/// −log p(x|z) per byte of UTF-8, over the texts that were not cut; NaN where all were.
/// </param>
/// <param name="NegativeElboPerByte">−ELBO (β = 1) per byte of UTF-8, over the same texts.</param>
/// <param name="CutTexts">Texts longer than the model's limit: scored up to it in the figures per token, left out of those per byte.</param>
/// <param name="ImportanceWeightedPerToken">
/// −log (1/S) Σ_s p(x|z_s) p(z_s)/q(z_s|x) per token (Burda et al. 2016): an upper bound on −log p(x), tighter than −ELBO; null where it was left out.
/// </param>
/// <param name="ImportanceSamples">S.</param>
/// <param name="Bleu4">Corpus BLEU ("13a") of the greedy reconstructions from the mean latents, 0 to 100.</param>
/// <param name="RougeL">Mean F1 of the same, 0 to 1.</param>
/// <param name="LatentCosines">Cosine of the mean latents of text and reconstruction.</param>
/// <param name="EmbeddingCosines">
/// The same of their sentence embeddings h, the encoder's own space; null where the model is no <see cref="ISentenceEmbedder"/>.
/// </param>
/// <param name="Information">The KL taken apart, on the first texts.</param>
/// <param name="LanguageModel">A model without a latent on the same texts; null where none was given.</param>
public sealed record LanguageModelReport(
    ReconstructionReport Reconstruction,
    double ZeroLatentNatsPerToken,
    double ReconstructionNatsPerByte,
    double NegativeElboPerByte,
    int CutTexts,
    double? ImportanceWeightedPerToken,
    int ImportanceSamples,
    double Bleu4,
    double RougeL,
    ReconstructionCosine LatentCosines,
    ReconstructionCosine? EmbeddingCosines,
    LatentInformation Information,
    LanguageModelScore? LanguageModel = null
) : IEvaluationReport
{
    /// <summary>Mean cosine of the mean latents of text and reconstruction.</summary>
    public double LatentCosine => LatentCosines.Mean;

    /// <inheritdoc/>
    public ReportTable ToTable() =>
        new(
            "language modelling and reconstruction",
            new ReportRow("−log p(x|z), nats/token", Reconstruction.ReconstructionNatsPerToken),
            new ReportRow("−log p(x|z), another's z", Reconstruction.ShuffledNatsPerToken),
            new ReportRow("−log p(x|z), z = 0", ZeroLatentNatsPerToken),
            new ReportRow("KL, nats/text", Reconstruction.Kl),
            new ReportRow("−ELBO, nats/token", Reconstruction.NegativeElboPerToken),
            new ReportRow(
                $"importance-weighted bound (S = {ImportanceSamples}), nats/token",
                ImportanceWeightedPerToken ?? double.NaN
            ),
            new ReportRow($"−log p(x), {NoLatent}, nats/token", LanguageModel?.NatsPerToken ?? double.NaN),
            new ReportRow("−log p(x|z), nats/byte", ReconstructionNatsPerByte),
            new ReportRow("−ELBO, nats/byte", NegativeElboPerByte),
            new ReportRow($"−log p(x), {NoLatent}, nats/byte", LanguageModel?.NatsPerByte ?? double.NaN),
            new ReportRow("active units", Reconstruction.ActiveUnits),
            new ReportRow("latent size", Reconstruction.LatentSize),
            new ReportRow("mutual information, nats", Information.MutualInformation),
            new ReportRow("its ceiling (log of the texts used)", Information.Ceiling),
            new ReportRow("BLEU-4 of reconstructions (13a)", Bleu4),
            new ReportRow("ROUGE-L F1 of reconstructions", RougeL),
            new ReportRow("sentence-embedding cosine of reconstructions", EmbeddingCosines?.Mean ?? double.NaN),
            new ReportRow("the same, another text's reconstruction", EmbeddingCosines?.Shuffled ?? double.NaN),
            new ReportRow("latent cosine of reconstructions", LatentCosines.Mean),
            new ReportRow("latent cosine, another text's reconstruction", LatentCosines.Shuffled),
            new ReportRow("tokens/text", Reconstruction.TokensPerText),
            new ReportRow("texts", Reconstruction.Texts),
            new ReportRow("texts cut (in no figure per byte)", CutTexts)
        );

    private string NoLatent => $"no latent ({LanguageModel?.Model ?? "none given"})";

    /// <summary>The figures as an aligned table.</summary>
    public override string ToString() => ToTable().ToString();
}
