namespace Microsoft.ML.LlamaVae.Tokenization.HuggingFace;

/// <summary>Puts a space in front where there is none (<c>ByteLevel</c> with <c>add_prefix_space</c>).</summary>
internal sealed class PrefixSpaceSplitter : ITextSplitter
{
    /// <inheritdoc/>
    public void Split(ReadOnlyMemory<char> text, bool atStart, List<ReadOnlyMemory<char>> words) =>
        words.Add(text.Span[0] == ' ' ? text : $" {text}".AsMemory());
}
