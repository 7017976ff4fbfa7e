using System.Globalization;
using System.Text;

namespace Microsoft.ML.LlamaVae.Embeddings;

/// <summary>Reads "word v₁ … v_C" lines: GloVe's format, and with a first line "N C" word2vec's.</summary>
/// <remarks>
/// A line is read from its end, so a word may hold spaces, as some in GloVe's largest table do; but where its last part
/// is a number, the line has too many of them.
/// </remarks>
internal static class TextEmbeddingReader
{
    private const string Separators = " \t";

    /// <param name="content">UTF-8 text.</param>
    /// <param name="table">Takes the rows.</param>
    /// <param name="limit">Stops after this many words.</param>
    /// <param name="cancellationToken">Stops between two lines.</param>
    /// <exception cref="InvalidDataException">A line is wrong; names its number.</exception>
    public static void Read(Stream content, WordEmbeddingTable table, int limit, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(content, Encoding.UTF8, leaveOpen: true);
        var number = 1L;
        var line = reader.ReadLine() ?? throw table.Error("line 1: the content is empty.");
        var promised = ReadHeader(line, out var size);
        if (promised is not null)
        {
            number++;
            line = reader.ReadLine();
        }

        table.SetSize(size, "line 1");
        var vector = new float[size];
        for (; line is not null && table.Count < limit; line = reader.ReadLine(), number++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var word = ReadRow(line, vector, table, number);
            table.Add(word, vector, number, "line");
        }

        if (promised is { } words && table.Count != Math.Min(words, limit))
        {
            throw table.Error(
                $"line 1: promises {words} words, but {table.Count} follow. The file is cut off or its first line is wrong."
            );
        }
    }

    // The number of words where the line is a word2vec header; else null, and the size is that of the first row.
    private static int? ReadHeader(string line, out int size)
    {
        var fields = line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        size = Math.Max(0, fields.Length - 1);
        if (
            fields.Length == 2
            && int.TryParse(fields[0], NumberStyles.None, CultureInfo.InvariantCulture, out var words)
            && int.TryParse(fields[1], NumberStyles.None, CultureInfo.InvariantCulture, out var declared)
        )
        {
            size = declared;
            return words;
        }

        return null;
    }

    private static string ReadRow(string line, float[] vector, WordEmbeddingTable table, long number)
    {
        var rest = line.AsSpan().TrimEnd(Separators);
        for (var i = vector.Length - 1; i >= 0; i--)
        {
            var space = rest.LastIndexOfAny(Separators);
            var field = rest[(space + 1)..];
            if (space < 0 || !TryParse(field, out vector[i]))
            {
                throw Ragged(line, field, vector.Length, table, number);
            }

            rest = rest[..space].TrimEnd(Separators);
        }

        var last = rest.LastIndexOfAny(Separators);
        if (rest.IsEmpty || (last >= 0 && TryParse(rest[(last + 1)..], out _)))
        {
            throw Ragged(line, rest, vector.Length, table, number);
        }

        return rest.ToString();
    }

    private static InvalidDataException Ragged(
        string line,
        ReadOnlySpan<char> field,
        int size,
        WordEmbeddingTable table,
        long number
    )
    {
        var fields = line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries).Length;
        var got =
            fields == size + 1 ? $"'{Shorten(field)}' is not a number"
            : fields == 0 ? "the line is empty"
            : $"it has {fields} fields";
        return table.Error(
            $"line {number}: expected a word and {size} numbers, separated by spaces; {got}. "
                + "Binary word2vec files are not read; save them as text."
        );
    }

    private static string Shorten(ReadOnlySpan<char> field) => field.Length > 40 ? $"{field[..40]}…" : field.ToString();

    private static bool TryParse(ReadOnlySpan<char> field, out float value) =>
        float.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out value);
}
