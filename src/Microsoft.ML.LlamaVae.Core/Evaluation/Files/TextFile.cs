namespace Microsoft.ML.LlamaVae.Evaluation;

/// <summary>Reads texts: one on each line, or labelled, or a column of a table. Blank lines are left out.</summary>
public static class TextFile
{
    /// <summary>Reads the lines of a file, or one column of it.</summary>
    /// <param name="path">The file; compressed where the name ends in .gz.</param>
    /// <param name="column">The column's name in the header; null where each line is a text.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">A line is wrong; names file and line.</exception>
    public static IReadOnlyList<string> Read(string path, string? column = null)
    {
        var file = DelimitedFile.Read(path);
        if (column is null)
        {
            return [.. file.Lines.Select(line => string.Join('\t', line.Fields).Trim()).Where(text => text.Length > 0)];
        }

        var place = file.RequireColumn(column);
        return [.. file.Lines.Skip(1).Select(line => file.Field(line, place, column))];
    }

    /// <summary>Reads labels and texts, separated by tabs.</summary>
    /// <param name="path">The file; compressed where the name ends in .gz.</param>
    /// <param name="labelColumn">The label's column in the header; null, with <paramref name="textColumn"/>, where each line is a label and a text, without a header.</param>
    /// <param name="textColumn">The text's column in the header.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">A line is wrong; names file and line.</exception>
    public static IReadOnlyList<LabelledText> ReadLabelled(
        string path,
        string? labelColumn = null,
        string? textColumn = null
    )
    {
        if (labelColumn is null != textColumn is null)
        {
            throw new ArgumentException(
                "One column is named; name both, or none for a label and a text on each line.",
                nameof(textColumn)
            );
        }

        var file = DelimitedFile.Read(path);
        var (label, text) = labelColumn is null
            ? (0, 1)
            : (file.RequireColumn(labelColumn), file.RequireColumn(textColumn!));
        return
        [
            .. file
                .Lines.Skip(labelColumn is null ? 0 : 1)
                .Select(line => new LabelledText(file.Field(line, label, "label"), file.Field(line, text, "text"))),
        ];
    }
}
