namespace Microsoft.ML.LlamaVae;

/// <summary>How likely a text is.</summary>
/// <param name="LogLikelihood">log p(x|z) in nats, summed over the tokens, the end of the text included.</param>
/// <param name="Tokens">Tokens summed over.</param>
/// <param name="IsCut">The text is longer than the model's limit: only its beginning was scored.</param>
public readonly record struct TextScore(double LogLikelihood, int Tokens, bool IsCut = false);
