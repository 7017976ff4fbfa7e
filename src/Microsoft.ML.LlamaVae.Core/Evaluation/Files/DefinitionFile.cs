namespace Microsoft.ML.LlamaVae.Evaluation;

/// <summary>
/// Reads words and definitions, separated by tabs, or by commas with quoting (RFC 4180); the rows of a word are put together, in
/// the order of the file.
/// </summary>
/// <remarks>
/// A header names the columns: "word", "lemma" or "lemmas", and "gloss" or "definition", case ignored; other columns are left
/// out. A field of "lemmas" holds words separated by |, each of which gets the definition. Commas separate where the first line
/// has no tab and is such a header. Without a header each line is a word, a tab and its definition.
/// </remarks>
public static class DefinitionFile
{
    private const string Several = "lemmas";
    private static readonly string[] s_words = ["word", "lemma", Several];
    private static readonly string[] s_definitions = ["gloss", "definition"];

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file; compressed where the name ends in .gz.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">A line is wrong; names file and line.</exception>
    public static IReadOnlyList<WordDefinitions> Read(string path)
    {
        var file = Open(DelimitedFile.Read(path));
        var (word, definition) = (file.FindColumn(s_words), file.FindColumn(s_definitions));
        var hasHeader = word >= 0 && definition >= 0;
        if (!hasHeader)
        {
            if (file.Lines[0].Fields.Length != 2)
            {
                throw file.Error(
                    file.Lines[0],
                    $"{file.Lines[0].Fields.Length} fields without a column 'word' or 'lemma' and a column 'gloss' or 'definition'; expected such a header with tabs or commas, or a word, a tab and its definition"
                );
            }

            (word, definition) = (0, 1);
        }

        var hasSeveral = hasHeader && word == file.FindColumn(Several);
        WordDefinitions[] words =
        [
            .. file
                .Lines.Skip(hasHeader ? 1 : 0)
                .Select(line =>
                    (Word: file.Field(line, word, "word"), Definition: file.Field(line, definition, "definition"))
                )
                .SelectMany(row =>
                    (hasSeveral ? row.Word.Split('|') : [row.Word]).Select(own => row with { Word = own })
                )
                .GroupBy(row => row.Word, row => row.Definition, StringComparer.Ordinal)
                .Select(group => new WordDefinitions(group.Key, [.. group])),
        ];
        return words.Length > 0 ? words : throw file.Error(file.Lines[0], "nothing follows the header; expected words");
    }

    // The same file, read by commas where its header has them.
    private static DelimitedFile Open(DelimitedFile file) =>
        HasHeader(file.Lines[0].Fields) || !IsCommaSeparated(file) ? file : DelimitedFile.ReadCommaSeparated(file.Path);

    /// <summary>Whether a file that was read by tabs has a header of this form, with tabs or with commas.</summary>
    internal static bool IsDefinitions(DelimitedFile file) => HasHeader(file.Lines[0].Fields) || IsCommaSeparated(file);

    private static bool IsCommaSeparated(DelimitedFile file) =>
        file.Lines[0].Fields is [var header] && HasHeader([.. header.Split(',').Select(name => name.Trim('"'))]);

    private static bool HasHeader(string[] fields) =>
        new[] { s_words, s_definitions }.All(names =>
            names.Any(name => fields.Contains(name, StringComparer.OrdinalIgnoreCase))
        );
}
