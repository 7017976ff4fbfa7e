using System.Text;

namespace Microsoft.ML.LlamaVae.Evaluation;

/// <summary>The lines of a UTF-8 text file as fields; each error names file and line.</summary>
internal sealed class TabSeparatedFile
{
    private static readonly UTF8Encoding s_utf8 = new(
        encoderShouldEmitUTF8Identifier: false,
        throwOnInvalidBytes: true
    );

    private TabSeparatedFile(string path, IReadOnlyList<TabSeparatedLine> lines) => (Path, Lines) = (path, lines);

    public string Path { get; }

    /// <summary>The lines that aren't blank; a line with a tab has fields, blank ones perhaps, and stays.</summary>
    public IReadOnlyList<TabSeparatedLine> Lines { get; }

    /// <summary>Reads a file; one whose name ends in .gz is decompressed.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It isn't UTF-8, is damaged, or holds no text; names file and line.</exception>
    public static TabSeparatedFile Read(string path)
    {
        ReadOnlySpan<byte> rest = TextBytes.Read(path);
        if (rest.StartsWith(Encoding.UTF8.Preamble))
        {
            rest = rest[Encoding.UTF8.Preamble.Length..];
        }

        var lines = new List<TabSeparatedLine>();
        for (var number = 1; rest.Length > 0; number++)
        {
            var end = rest.IndexOfAny((byte)'\n', (byte)'\r');
            var line = Decode(end < 0 ? rest : rest[..end], path, number);
            rest = end < 0 ? [] : rest[(end + (rest[end..].StartsWith("\r\n"u8) ? 2 : 1))..];
            if (!string.IsNullOrWhiteSpace(line) || line.Contains('\t', StringComparison.Ordinal))
            {
                lines.Add(new TabSeparatedLine(number, line.Split('\t')));
            }
        }

        return lines.Count > 0
            ? new TabSeparatedFile(path, lines)
            : throw new InvalidDataException(
                $"{path}, line 1: the file holds no text; expected one example on each line."
            );
    }

    private static string Decode(ReadOnlySpan<byte> line, string path, int number)
    {
        try
        {
            return s_utf8.GetString(line);
        }
        catch (DecoderFallbackException error)
        {
            throw new InvalidDataException($"{path}, line {number}: not UTF-8. Convert the file to UTF-8.", error);
        }
    }

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
    public string Field(TabSeparatedLine line, int column, string name)
    {
        if (column >= line.Fields.Length)
        {
            throw Error(
                line,
                $"{line.Fields.Length} fields; expected the {name} in field {column + 1}. Fields are separated by tabs"
            );
        }

        var field = line.Fields[column].Trim();
        return field.Length > 0 ? field : throw Error(line, $"field {column + 1} is blank; expected the {name}");
    }

    public InvalidDataException Error(TabSeparatedLine line, string what) =>
        new($"{Path}, line {line.Number}: {what}.");
}
