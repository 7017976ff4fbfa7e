namespace Microsoft.ML.LlamaVae.Tokenization.HuggingFace;

/// <summary>Drops white space at the ends.</summary>
internal sealed class StripRewriter(bool left, bool right) : ITextRewriter
{
    /// <inheritdoc/>
    public string Rewrite(string text)
    {
        text = left ? text.TrimStart() : text;
        return right ? text.TrimEnd() : text;
    }
}
