namespace Microsoft.ML.LlamaVae.Tokenization;

/// <summary>A text as tokens.</summary>
/// <param name="Ids">Token ids, EOS included where the text ends.</param>
/// <param name="IsTruncated">The text was longer than the limit; what is beyond it is lost, and no EOS follows in a decoder's target.</param>
internal readonly record struct TokenizedText(int[] Ids, bool IsTruncated);
