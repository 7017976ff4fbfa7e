namespace Microsoft.ML.LlamaVae.Evaluation;

/// <summary>Reads the sentences of WikiText (Merity et al. 2017), tokenised or raw: a paragraph on each line, headings between equals signs.</summary>
/// <remarks>
/// Headings (" = Title = ") and blank lines are left out. " @-@ ", " @,@ " and " @.@ " become "-", "," and "."; all other
/// tokens stay apart as published. A sentence ends at a token ".", "!" or "?", and takes the closing quotation marks and
/// brackets behind it along, where the paragraph ends or the next token doesn't begin with a small letter.
/// </remarks>
public static class WikiTextFile
{
    private const string Unknown = "<unk>";

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file; compressed where the name ends in .gz.</param>
    /// <param name="keepUnknown">Keeps sentences that hold the token &lt;unk&gt;, which stands for a rare word; by default they are left out.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It has no heading or no sentence, or isn't UTF-8; names file and line.</exception>
    public static IReadOnlyList<string> Read(string path, bool keepUnknown = false)
    {
        var file = DelimitedFile.Read(path);
        if (!file.Lines.Any(IsHeading))
        {
            throw file.Error(file.Lines[0], "no line is a heading such as ' = Title = '; expected WikiText");
        }

        string[] sentences =
        [
            .. file
                .Lines.Where(line => !IsHeading(line))
                .SelectMany(line => Sentences(Text(line)))
                .Where(sentence => keepUnknown || !sentence.Contains(Unknown, StringComparison.Ordinal)),
        ];
        return sentences.Length > 0
            ? sentences
            : throw file.Error(
                file.Lines[^1],
                $"the file ends without a sentence{(keepUnknown ? "" : $" that is free of {Unknown}; keep those with it")}"
            );
    }

    /// <summary>Whether a line is a title between as many equals signs on both sides.</summary>
    internal static bool IsHeading(DelimitedLine line)
    {
        var text = Text(line).Trim();
        return text.Length > 4
            && text.StartsWith("= ", StringComparison.Ordinal)
            && text.EndsWith(" =", StringComparison.Ordinal);
    }

    private static string Text(DelimitedLine line) => string.Join(' ', line.Fields);

    private static IEnumerable<string> Sentences(string paragraph)
    {
        string[] tokens = paragraph.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var (start, isQuoting) = (0, false);
        for (var i = 0; i < tokens.Length; i++)
        {
            isQuoting ^= tokens[i] == "\"";
            if (tokens[i] is not ("." or "!" or "?"))
            {
                continue;
            }

            var end = i + 1;
            while (end < tokens.Length && (tokens[end] is ")" or "”" or "''" || (tokens[end] == "\"" && isQuoting)))
            {
                isQuoting &= tokens[end] != "\"";
                end++;
            }

            if (end == tokens.Length || !char.IsLower(tokens[end][0]))
            {
                yield return Join(tokens[start..end]);
                start = end;
            }

            i = end - 1;
        }

        if (start < tokens.Length)
        {
            yield return Join(tokens[start..]);
        }
    }

    private static string Join(string[] tokens) =>
        string.Join(' ', tokens)
            .Replace(" @-@ ", "-", StringComparison.Ordinal)
            .Replace(" @,@ ", ",", StringComparison.Ordinal)
            .Replace(" @.@ ", ".", StringComparison.Ordinal);
}
