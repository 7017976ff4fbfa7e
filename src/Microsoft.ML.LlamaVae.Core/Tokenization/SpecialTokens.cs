namespace Microsoft.ML.LlamaVae.Tokenization;

/// <summary>Token ids with a meaning of their own; null where the vocabulary has none.</summary>
/// <param name="Bos">Beginning of sequence: the decoder's first input.</param>
/// <param name="Eos">End of sequence: generation stops here.</param>
/// <param name="Pad">Padding.</param>
/// <param name="Unknown">Stands for text that no piece covers.</param>
public sealed record SpecialTokens(int? Bos, int? Eos, int? Pad, int? Unknown);
