namespace Microsoft.ML.LlamaVae.Evaluation;

/// <summary>A word, the definition generated for it, and the definitions it should have.</summary>
/// <param name="Word">The word.</param>
/// <param name="Generated">The generated definition; may be empty, which scores 0.</param>
/// <param name="References">Its reference definitions, one for each sense; one or more.</param>
public sealed record DefinedWord(string Word, string Generated, IReadOnlyList<string> References)
{
    /// <summary>The latent of the generated definition, [D], such as its encoding; null to leave the cosine out.</summary>
    public float[]? Latent { get; init; }

    /// <summary>The latents of the references [R][D]; null to leave the cosine out.</summary>
    public IReadOnlyList<float[]>? ReferenceLatents { get; init; }

    /// <summary>log p(z|word) of each reference's latent in nats, not divided by D; null to leave it out.</summary>
    public IReadOnlyList<double>? LogDensities { get; init; }
}
