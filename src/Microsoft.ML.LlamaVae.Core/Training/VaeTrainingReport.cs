using Microsoft.ML.LlamaVae.Evaluation;

namespace Microsoft.ML.LlamaVae.Training;

/// <summary>How the fit of a VAE went, and whether its latent is used.</summary>
/// <param name="Run">Steps, validations, why it ended.</param>
/// <param name="TrainingTexts">Texts learned from.</param>
/// <param name="ValidationTexts">Texts held out.</param>
/// <param name="SkippedTexts">Null, empty or blank texts.</param>
/// <param name="TruncatedTexts">Texts longer than the limit, cut.</param>
/// <param name="Reconstruction">KL, active units, and the reconstruction with the right and with another's latent, on the held-out texts; null where nothing was held out.</param>
public sealed record VaeTrainingReport(
    TrainingResult Run,
    int TrainingTexts,
    int ValidationTexts,
    int SkippedTexts,
    int TruncatedTexts,
    ReconstructionReport? Reconstruction
);
