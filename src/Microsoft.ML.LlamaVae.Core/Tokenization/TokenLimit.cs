namespace Microsoft.ML.LlamaVae.Tokenization;

/// <summary>A tokenizer must not say ids that a model has no embedding for.</summary>
internal static class TokenLimit
{
    /// <summary>Compares the sizes; a model with more rows than pieces (padded vocabularies) is fine.</summary>
    /// <exception cref="ArgumentException">The tokenizer has more ids than the model.</exception>
    public static void Check(int tokenizer, int model, string part)
    {
        if (tokenizer > model)
        {
            throw new ArgumentException(
                $"The tokenizer has {tokenizer} ids, but the {part} knows {model} only: they don't belong together. "
                    + "Load the tokenizer from the checkpoint's own folder, or give the configuration the tokenizer's vocabulary size."
            );
        }
    }
}
