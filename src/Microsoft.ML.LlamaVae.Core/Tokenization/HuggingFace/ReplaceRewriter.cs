using System.Text.RegularExpressions;

namespace Microsoft.ML.LlamaVae.Tokenization.HuggingFace;

/// <summary>Replaces every match of a pattern by a fixed text.</summary>
internal sealed class ReplaceRewriter(Regex pattern, string replacement) : ITextRewriter
{
    /// <inheritdoc/>
    public string Rewrite(string text) => pattern.Replace(text, _ => replacement);
}
