namespace Microsoft.ML.LlamaVae.Tokenization.HuggingFace;

/// <summary>Puts something in front of a text that isn't empty.</summary>
internal sealed class PrependRewriter(string prefix) : ITextRewriter
{
    /// <inheritdoc/>
    public string Rewrite(string text) => text.Length == 0 ? text : prefix + text;
}
