namespace Microsoft.ML.LlamaVae.Tokenization.HuggingFace;

/// <summary>Writes spaces as ▁ and starts a word at each of them (<c>Metaspace</c>).</summary>
/// <param name="space">What is written for a space.</param>
/// <param name="prefix">Where one is put in front of text that has none.</param>
/// <param name="cuts">Whether words start at spaces; the text stays whole otherwise.</param>
internal sealed class MetaspaceSplitter(string space, SpacePrefix prefix, bool cuts) : ITextSplitter
{
    /// <inheritdoc/>
    public void Split(ReadOnlyMemory<char> text, bool atStart, List<ReadOnlyMemory<char>> words)
    {
        var written = text.ToString().Replace(" ", space, StringComparison.Ordinal);
        if (
            (prefix == SpacePrefix.Always || (prefix == SpacePrefix.First && atStart))
            && !written.StartsWith(space, StringComparison.Ordinal)
        )
        {
            written = space + written;
        }

        var start = 0;
        while (start < written.Length)
        {
            var next = cuts ? written.IndexOf(space, start + 1, StringComparison.Ordinal) : -1;
            var end = next < 0 ? written.Length : next;
            words.Add(written.AsMemory(start, end - start));
            start = end;
        }
    }
}
