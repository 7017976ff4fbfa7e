namespace Microsoft.ML.LlamaVae.Evaluation;

/// <summary>Reads words and definitions, separated by tabs; the rows of a word are put together, in the order of the file.</summary>
/// <remarks>
/// A header names the columns: "word" or "lemma", and "gloss" or "definition", case ignored; other columns are left out. Without
/// such a header each line is a word and its definition.
/// </remarks>
public static class DefinitionFile
{
    /// <summary>Reads a file.</summary>
    /// <param name="path">The file; compressed where the name ends in .gz.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">A line is wrong; names file and line.</exception>
    public static IReadOnlyList<WordDefinitions> Read(string path)
    {
        var file = TabSeparatedFile.Read(path);
        var (word, definition) = (file.FindColumn("word", "lemma"), file.FindColumn("gloss", "definition"));
        var hasHeader = word >= 0 && definition >= 0;
        if (!hasHeader)
        {
            if (file.Lines[0].Fields.Length != 2)
            {
                throw file.Error(
                    file.Lines[0],
                    $"{file.Lines[0].Fields.Length} fields without a column 'word' or 'lemma' and a column 'gloss' or 'definition'; expected such a header, or a word and its definition"
                );
            }

            (word, definition) = (0, 1);
        }

        WordDefinitions[] words =
        [
            .. file
                .Lines.Skip(hasHeader ? 1 : 0)
                .Select(line =>
                    (Word: file.Field(line, word, "word"), Definition: file.Field(line, definition, "definition"))
                )
                .GroupBy(row => row.Word, row => row.Definition, StringComparer.Ordinal)
                .Select(group => new WordDefinitions(group.Key, [.. group])),
        ];
        return words.Length > 0 ? words : throw file.Error(file.Lines[0], "nothing follows the header; expected words");
    }
}
