namespace Microsoft.ML.LlamaVae.Evaluation;

/// <summary>Reads the texts of a corpus in the form in which it is published; the content tells the form.</summary>
/// <remarks>
/// In this order: the first line is a heading " = Title = ": WikiText, see <see cref="WikiTextFile"/>. It is a header that names
/// a word and a definition: a dictionary, see <see cref="DefinitionFile"/>; its definitions are the texts. It is a header with the
/// column "Sentence": WorldTree's table of explanation sentences. It has no tab: a text on each line.
/// </remarks>
public static class CorpusFile
{
    private const string Sentence = "Sentence";

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file; compressed where the name ends in .gz.</param>
    /// <returns>One text or more, repetitions included.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It has none of the forms, or a line is wrong; names file and line.</exception>
    public static IReadOnlyList<string> Read(string path)
    {
        var file = DelimitedFile.Read(path);
        var first = file.Lines[0];
        if (WikiTextFile.IsHeading(first))
        {
            return WikiTextFile.Read(path);
        }

        if (DefinitionFile.IsDefinitions(file))
        {
            return [.. DefinitionFile.Read(path).SelectMany(word => word.Definitions)];
        }

        if (file.FindColumn(Sentence) >= 0)
        {
            return TextFile.Read(path, Sentence);
        }

        return first.Fields.Length == 1
            ? TextFile.Read(path)
            : throw file.Error(
                first,
                $"{first.Fields.Length} fields of no known corpus; expected a heading ' = Title = ' (WikiText), a header with 'word' and 'definition' (a dictionary) or with '{Sentence}' (WorldTree), or lines without tabs. Name the columns in a header"
            );
    }
}
