using System.Buffers;

namespace Microsoft.ML.LlamaVae.Tokenization.HuggingFace;

/// <summary>Finds added tokens in text: the leftmost first, of several at a place the longest.</summary>
internal sealed class AddedTokenFinder
{
    private readonly (string Content, AddedToken Token)[] _longestFirst;
    private readonly SearchValues<string> _contents;

    /// <param name="tokens">The tokens, and the text to look for.</param>
    public AddedTokenFinder(IEnumerable<(string Content, AddedToken Token)> tokens)
    {
        _longestFirst = [.. tokens.Where(t => t.Content.Length > 0).OrderByDescending(t => t.Content.Length)];
        _contents = SearchValues.Create([.. _longestFirst.Select(t => t.Content)], StringComparison.Ordinal);
    }

    /// <summary>The text in order: stretches without added tokens (no token, not empty), and added tokens.</summary>
    public IEnumerable<(Range Text, AddedToken? Token)> Split(string text)
    {
        var start = 0;
        while (_longestFirst.Length > 0 && text.AsSpan(start).IndexOfAny(_contents) is >= 0 and var at)
        {
            var from = start + at;
            var (content, token) = Array.Find(
                _longestFirst,
                t => string.CompareOrdinal(text, from, t.Content, 0, t.Content.Length) == 0
            );
            var to = from + content.Length;
            while (token.TakesLeft && from > start && char.IsWhiteSpace(text[from - 1]))
            {
                from--;
            }

            while (token.TakesRight && to < text.Length && char.IsWhiteSpace(text[to]))
            {
                to++;
            }

            if (from > start)
            {
                yield return (start..from, null);
            }

            yield return (from..to, token);
            start = to;
        }

        if (start < text.Length)
        {
            yield return (start.., null);
        }
    }
}
