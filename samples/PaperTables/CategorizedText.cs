namespace PaperTables;

/// <summary>A text and its category.</summary>
internal sealed record CategorizedText(string Category, string Text)
{
    /// <summary>Reads a file of lines CATEGORY, tab, TEXT under a header line, in a random order that is always the same.</summary>
    public static CategorizedText[] Read(string file)
    {
        var rows = File.ReadLines(file)
            .Skip(1)
            .Where(line => line.Length > 0)
            .Select((line, i) => Parse(line, i, file))
            .ToArray();
        new Random(1).Shuffle(rows);
        return rows;
    }

    private static CategorizedText Parse(string line, int index, string file) =>
        line.Split('\t') is [var category, var text, ..]
            ? new CategorizedText(category, text)
            : throw new InvalidDataException($"{file}, line {index + 2}: expected CATEGORY<tab>TEXT; got '{line}'.");
}
