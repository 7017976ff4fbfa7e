using System.Text.RegularExpressions;

namespace Microsoft.ML.LlamaVae.Tokenization.HuggingFace;

/// <summary>Cuts text at the matches of a regular expression.</summary>
/// <param name="pattern">Sees each character beyond the BMP as one, as the reference's regular expressions do.</param>
/// <param name="keepMatches">Whether a match is a word.</param>
/// <param name="keepRest">Whether what lies between matches is a word.</param>
internal sealed class RegexSplitter(Regex pattern, bool keepMatches, bool keepRest) : ITextSplitter
{
    /// <inheritdoc/>
    public void Split(ReadOnlyMemory<char> text, bool atStart, List<ReadOnlyMemory<char>> words)
    {
        var view = new CodePointView(text.Span);
        var end = 0;
        foreach (var match in pattern.EnumerateMatches(view.Characters))
        {
            var (from, to) = (view.Utf16Offset(match.Index), view.Utf16Offset(match.Index + match.Length));
            Add(text[end..from], keepRest, words);
            Add(text[from..to], keepMatches, words);
            end = to;
        }

        Add(text[end..], keepRest, words);
    }

    private static void Add(ReadOnlyMemory<char> word, bool keep, List<ReadOnlyMemory<char>> words)
    {
        if (keep && !word.IsEmpty)
        {
            words.Add(word);
        }
    }
}
