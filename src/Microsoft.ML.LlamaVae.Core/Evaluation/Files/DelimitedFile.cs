namespace Microsoft.ML.LlamaVae.Evaluation;

/// <summary>The lines of a UTF-8 text file as fields; each error names file and line.</summary>
internal sealed class DelimitedFile
{
    private readonly string _separator;

    private DelimitedFile(string path, string separator, IReadOnlyList<DelimitedLine> lines)
    {
        (Path, _separator, Lines) = (path, separator, lines);
        if (lines.Count == 0)
        {
            throw new InvalidDataException(
                $"{path}, line 1: the file holds no text; expected one example on each line."
            );
        }
    }

    public string Path { get; }

    /// <summary>The lines that aren't blank; a line with a tab has fields, blank ones perhaps, and stays.</summary>
    public IReadOnlyList<DelimitedLine> Lines { get; }

    /// <summary>Reads fields separated by tabs, quotation marks being text; a file whose name ends in .gz is decompressed.</summary>
    /// <exception cref="InvalidDataException">It isn't UTF-8, or holds no text.</exception>
    public static DelimitedFile Read(string path) =>
        new(
            path,
            "tabs",
            [
                .. TextLines
                    .Read(path)
                    .Select((line, i) => (Text: line, Number: i + 1))
                    .Where(line =>
                        !string.IsNullOrWhiteSpace(line.Text) || line.Text.Contains('\t', StringComparison.Ordinal)
                    )
                    .Select(line => new DelimitedLine(line.Number, line.Text.Split('\t'))),
            ]
        );

    /// <summary>Reads fields separated by commas (RFC 4180); a file whose name ends in .gz is decompressed.</summary>
    /// <exception cref="InvalidDataException">It isn't UTF-8, holds no text, or a quotation mark is wrong.</exception>
    public static DelimitedFile ReadCommaSeparated(string path) =>
        new(path, "commas", [.. new CommaSeparatedRecords(path, TextLines.Read(path)).Read()]);

    /// <summary>The place of the first of the names in the first line; −1 where none of them is a field.</summary>
    public int FindColumn(params string[] names) =>
        names
            .Select(name =>
                Array.FindIndex(Lines[0].Fields, field => field.Equals(name, StringComparison.OrdinalIgnoreCase))
            )
            .FirstOrDefault(column => column >= 0, -1);

    /// <summary>The place of a name in the first line.</summary>
    /// <exception cref="InvalidDataException">The first line lacks it.</exception>
    public int RequireColumn(string name)
    {
        var column = FindColumn(name);
        return column >= 0
            ? column
            : throw Error(
                Lines[0],
                $"no column '{name}'; the header has {string.Join(", ", Lines[0].Fields.Select(field => $"'{field}'"))}"
            );
    }

    /// <summary>A field of a line, without surrounding spaces.</summary>
    /// <exception cref="InvalidDataException">The line is too short, or the field is blank.</exception>
    public string Field(DelimitedLine line, int column, string name)
    {
        if (column >= line.Fields.Length)
        {
            throw Error(
                line,
                $"{line.Fields.Length} fields; expected the {name} in field {column + 1}. Fields are separated by {_separator}"
            );
        }

        var field = line.Fields[column].Trim();
        return field.Length > 0 ? field : throw Error(line, $"field {column + 1} is blank; expected the {name}");
    }

    public InvalidDataException Error(DelimitedLine line, string what) => new($"{Path}, line {line.Number}: {what}.");
}
