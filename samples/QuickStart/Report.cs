using System.Globalization;
using System.Text.Json;
using Microsoft.ML.LlamaVae.Evaluation;
using Spectre.Console;

namespace QuickStart;

/// <summary>Prints what the latents know, and writes the figures.</summary>
internal static class Report
{
    public static void Reconstructions(IEnumerable<Result> rows)
    {
        var table = Table("Held-out gloss", "Greedy reconstruction from its latent", "Category", "Predicted");
        foreach (var row in rows)
        {
            table.AddRow(Markup.Escape(row.Definition), Markup.Escape(row.Reconstruction), row.Category, row.Predicted);
        }

        AnsiConsole.Write(table);
    }

    public static void Interpolation(IReadOnlyList<string> texts)
    {
        var table = Table("Step", "Text on the line between the first two latents");
        for (var i = 0; i < texts.Count; i++)
        {
            table.AddRow($"{i}", Markup.Escape(texts[i]));
        }

        AnsiConsole.Write(table);
    }

    public static void Neighbours(IEnumerable<Result> queries, Result[] known)
    {
        var table = Table("Held-out gloss", "Nearest training glosses by cosine");
        foreach (var query in queries)
        {
            var nearest = known
                .OrderByDescending(row => VectorMeasure.Cosine(query.Latent, row.Latent))
                .Take(3)
                .Select(row => Markup.Escape(row.Definition));
            table.AddRow(Markup.Escape(query.Definition), string.Join("\n", nearest));
        }

        AnsiConsole.Write(table);
    }

    public static void Figures(
        ReconstructionReport quality,
        double accuracy,
        double majorityAccuracy,
        TimeSpan time,
        string file
    )
    {
        var figures = new Dictionary<string, double>
        {
            ["reconstructionNatsPerToken"] = quality.ReconstructionNatsPerToken,
            ["shuffledNatsPerToken"] = quality.ShuffledNatsPerToken,
            ["negativeElboPerToken"] = quality.NegativeElboPerToken,
            ["kl"] = quality.Kl,
            ["activeUnits"] = quality.ActiveUnits,
            ["latentSize"] = quality.LatentSize,
            ["accuracy"] = accuracy,
            ["majorityAccuracy"] = majorityAccuracy,
            ["seconds"] = Math.Round(time.TotalSeconds, 1),
        };
        var table = Table("Figure on held-out glosses", "Value");
        foreach (var (name, value) in figures)
        {
            table.AddRow(name, $"{value:0.###}");
        }

        AnsiConsole.Write(table);
        File.WriteAllText(file, JsonSerializer.Serialize(figures, s_json));
        AnsiConsole.MarkupLineInterpolated(CultureInfo.InvariantCulture, $"written to {file}");
    }

    private static readonly JsonSerializerOptions s_json = new() { WriteIndented = true };

    private static Table Table(params string[] columns)
    {
        var table = new Table().Border(TableBorder.Rounded).ShowRowSeparators();
        foreach (var column in columns)
        {
            table.AddColumn(column);
        }

        return table;
    }
}
