using System.Text;
using System.Text.RegularExpressions;

namespace Microsoft.ML.LlamaVae.Tokenization.HuggingFace;

/// <summary>Pieces of which some stand for a byte each, as in LLaMA 2.</summary>
/// <param name="replacements">What is replaced in each piece first.</param>
/// <param name="strip">What is dropped at the ends of the whole text.</param>
/// <param name="stripStart">How often at the start, at most.</param>
/// <param name="stripEnd">How often at the end, at most.</param>
/// <remarks>A byte that is part of no character becomes U+FFFD and leaves its neighbours alone, as in sentencepiece.</remarks>
internal sealed class ByteFallbackDecoder(
    (Regex Pattern, string Content)[] replacements,
    char strip,
    int stripStart,
    int stripEnd
) : IPieceDecoder
{
    /// <inheritdoc/>
    public string Decode(IReadOnlyList<string> pieces)
    {
        var text = new StringBuilder();
        var run = new ByteRun();
        foreach (var piece in pieces)
        {
            if (BytePieces.TryParse(piece, out var value))
            {
                run.Add(value);
                continue;
            }

            run.MoveTo(text);
            text.Append(
                replacements.Aggregate(
                    piece,
                    (p, replacement) => replacement.Pattern.Replace(p, _ => replacement.Content)
                )
            );
        }

        run.MoveTo(text);
        return Strip(text.ToString());
    }

    private string Strip(string text)
    {
        var (from, to) = (0, text.Length);
        while (from < Math.Min(stripStart, to) && text[from] == strip)
        {
            from++;
        }

        while (to > from && text.Length - to < stripEnd && text[to - 1] == strip)
        {
            to--;
        }

        return text[from..to];
    }
}
