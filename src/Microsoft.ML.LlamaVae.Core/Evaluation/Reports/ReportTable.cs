using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Microsoft.ML.LlamaVae.Evaluation;

/// <summary>Rows of named values: what every evaluation report prints as, and what it writes as JSON.</summary>
public sealed class ReportTable
{
    private const string Column = "value";

    /// <summary>A table with the one column "value".</summary>
    /// <param name="title">What was evaluated.</param>
    /// <param name="rows">A name and one value each.</param>
    /// <exception cref="ArgumentException">A row has another number of values.</exception>
    public ReportTable(string title, params IReadOnlyList<ReportRow> rows)
        : this(title, [Column], rows) { }

    /// <summary>A table with named columns.</summary>
    /// <param name="title">What was evaluated.</param>
    /// <param name="columns">The names of the values of a row.</param>
    /// <param name="rows">A name and as many values as columns.</param>
    /// <exception cref="ArgumentException">A row has another number of values.</exception>
    public ReportTable(string title, IReadOnlyList<string> columns, IReadOnlyList<ReportRow> rows)
    {
        ArgumentNullException.ThrowIfNull(title);
        ArgumentNullException.ThrowIfNull(columns);
        ArgumentNullException.ThrowIfNull(rows);
        foreach (var row in rows)
        {
            if (row.Values.Count != columns.Count)
            {
                throw new ArgumentException(
                    $"Row '{row.Name}' of '{title}' has {row.Values.Count} values; the table has {columns.Count} columns. Give NaN where there is no value.",
                    nameof(rows)
                );
            }
        }

        (Title, Columns, Rows) = (title, columns, rows);
    }

    /// <summary>What was evaluated.</summary>
    public string Title { get; }

    /// <summary>The names of the values of a row.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>The rows, in the order they print in.</summary>
    public IReadOnlyList<ReportRow> Rows { get; }

    /// <summary>A value as the table prints it: at most four decimals, "–" for NaN, invariant culture.</summary>
    /// <param name="value">Any value.</param>
    public static string Format(double value) =>
        double.IsNaN(value) ? "–" : value.ToString("0.####", CultureInfo.InvariantCulture);

    /// <summary>The title, the column names, and a line for each row; columns are aligned by spaces.</summary>
    public override string ToString()
    {
        string[] header = ["", .. Columns];
        string[][] lines = [header, .. Rows.Select(row => (string[])[row.Name, .. row.Values.Select(Format)])];
        var widths = header.Select((_, column) => lines.Max(line => line[column].Length)).ToArray();
        var text = new StringBuilder(Title);
        foreach (var line in lines)
        {
            var values = line.Skip(1).Select((value, i) => $"  {value.PadLeft(widths[i + 1])}");
            text.Append('\n').Append(line[0].PadRight(widths[0])).AppendJoin("", values);
        }

        return text.ToString();
    }

    /// <summary>Writes {"title": …, "rows": [{"name": …, column: value, …}, …]}; what is not finite becomes null.</summary>
    /// <param name="writer">Takes one object.</param>
    public void WriteJson(Utf8JsonWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteStartObject();
        writer.WriteString("title", Title);
        writer.WriteStartArray("rows");
        foreach (var row in Rows)
        {
            writer.WriteStartObject();
            writer.WriteString("name", row.Name);
            foreach (var (column, value) in Columns.Zip(row.Values))
            {
                writer.WritePropertyName(column);
                if (double.IsFinite(value))
                {
                    writer.WriteNumberValue(value);
                }
                else
                {
                    writer.WriteNullValue();
                }
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
