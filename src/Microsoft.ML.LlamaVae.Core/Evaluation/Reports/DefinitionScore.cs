namespace Microsoft.ML.LlamaVae.Evaluation;

/// <summary>A word of a <see cref="DefinitionReport"/> and its own scores.</summary>
/// <param name="Defined">The word, what was generated, and the references.</param>
/// <param name="Bleu4">Sentence BLEU against all references, 0 to 100.</param>
/// <param name="RougeL">F1 with the closest reference, 0 to 1.</param>
/// <param name="LatentCosine">Cosine of the latents, of the closest reference; null without latents.</param>
/// <param name="NatsPerDimension">−log p(z|word)/D, mean over the references; null without densities.</param>
public sealed record DefinitionScore(
    DefinedWord Defined,
    double Bleu4,
    double RougeL,
    double? LatentCosine,
    double? NatsPerDimension
);
