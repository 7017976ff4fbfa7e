using System.Globalization;
using System.Text.Json;
using Spectre.Console;

namespace Microsoft.ML.LlamaVae.Benchmarks;

/// <summary>Rows as a table on the console and as JSON in a file.</summary>
internal static class Report
{
    private static readonly JsonSerializerOptions s_format = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
    };

    public static void Print(IReadOnlyList<Row> rows)
    {
        var table = new Table().AddColumns("what", "value", "unit", "ratio", "to", "spread");
        foreach (var row in rows)
        {
            table.AddRow(
                Markup.Escape(row.Name),
                row.Value.ToString("G4", CultureInfo.InvariantCulture),
                row.Unit,
                row.Ratio?.ToString("F2", CultureInfo.InvariantCulture) ?? "",
                Markup.Escape(row.Reference ?? ""),
                row.Spread.ToString("P0", CultureInfo.InvariantCulture)
            );
        }

        table.Border = TableBorder.Markdown;
        AnsiConsole.Profile.Width = 160;
        AnsiConsole.Write(table);
    }

    public static void Write(string path, IReadOnlyList<Row> rows)
    {
        if (Path.GetDirectoryName(path) is { Length: > 0 } folder)
        {
            Directory.CreateDirectory(folder);
        }

        File.WriteAllText(path, JsonSerializer.Serialize(rows, s_format) + "\n");
    }
}
