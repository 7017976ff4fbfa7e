using System.Globalization;

namespace Microsoft.ML.LlamaVae.Evaluation;

/// <summary>Reads scored text pairs, separated by tabs, in UTF-8; compressed where the name ends in .gz.</summary>
/// <remarks>
/// Three forms are told by the first line: SICK, by its header; STS-B, by seven fields or more of which the fifth is the score
/// and the next two are the sentences, without a header; and plain "text, text, score" of three fields without a header. Any
/// other file with a header is read by its column names. Quotation marks are text.
/// </remarks>
public static class TextPairFile
{
    private const int StsBFields = 7;
    private const int StsBScore = 4;

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="columns">The names in the file's header; null to tell the form by the first line.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">A line is wrong; names file and line.</exception>
    public static IReadOnlyList<TextPair> Read(string path, TextPairColumns? columns = null)
    {
        var file = DelimitedFile.Read(path);
        columns ??= file.FindColumn(TextPairColumns.Sick.First) >= 0 ? TextPairColumns.Sick : null;
        if (columns is not null)
        {
            var (first, second) = (file.RequireColumn(columns.First), file.RequireColumn(columns.Second));
            return Pairs(file, first, second, file.RequireColumn(columns.Score), header: 1);
        }

        return file.Lines[0].Fields.Length switch
        {
            >= StsBFields => Pairs(file, StsBScore + 1, StsBScore + 2, StsBScore, header: 0),
            3 => Pairs(file, 0, 1, 2, header: 0),
            var fields => throw file.Error(
                file.Lines[0],
                $"{fields} fields; expected STS-B (7 or more), SICK (a header with sentence_A), or text, text, score. Name the columns of a file with another header"
            ),
        };
    }

    private static TextPair[] Pairs(DelimitedFile file, int first, int second, int score, int header)
    {
        var lines = file.Lines.Skip(header).ToArray();
        return lines.Length > 0
            ?
            [
                .. lines.Select(line => new TextPair(
                    file.Field(line, first, "first text"),
                    file.Field(line, second, "second text"),
                    Score(file, line, score)
                )),
            ]
            : throw file.Error(file.Lines[0], "nothing follows the header; expected text pairs");
    }

    private static double Score(DelimitedFile file, DelimitedLine line, int column)
    {
        var field = file.Field(line, column, "score");
        return
            double.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out var score)
            && double.IsFinite(score)
            ? score
            : throw file.Error(line, $"'{field}' in field {column + 1} is no score; expected a number such as 3.8");
    }
}
