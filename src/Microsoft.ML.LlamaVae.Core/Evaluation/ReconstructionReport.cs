namespace Microsoft.ML.LlamaVae.Evaluation;

/// <summary>How well texts are told from their latents, and how much the latents say: collapse is measured, not hoped away.</summary>
/// <param name="ReconstructionNatsPerToken">−log p(x|z), z drawn from the text's own posterior.</param>
/// <param name="ShuffledNatsPerToken">The same with the latent of another text; near the former means that the latent is ignored.</param>
/// <param name="NegativeElboPerToken">Reconstruction plus the whole KL (β = 1): an upper bound on −log p(x) per token.</param>
/// <param name="Kl">KL(q‖p), nats per text.</param>
/// <param name="ActiveUnits">Dimensions whose mean varies over the texts by more than 0.01.</param>
/// <param name="LatentSize">D.</param>
/// <param name="TokensPerText">Mean number of target tokens, the end included.</param>
/// <param name="Texts">How many texts.</param>
public sealed record ReconstructionReport(
    double ReconstructionNatsPerToken,
    double ShuffledNatsPerToken,
    double NegativeElboPerToken,
    double Kl,
    int ActiveUnits,
    int LatentSize,
    double TokensPerText,
    int Texts
);
