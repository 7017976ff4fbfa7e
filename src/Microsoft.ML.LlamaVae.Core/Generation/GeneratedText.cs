namespace Microsoft.ML.LlamaVae.Generation;

/// <summary>A text that has ended.</summary>
/// <param name="Id">What its requester calls it.</param>
/// <param name="Tokens">Its tokens, the end token left out.</param>
internal readonly record struct GeneratedText(long Id, int[] Tokens);
