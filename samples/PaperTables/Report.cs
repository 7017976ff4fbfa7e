using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;

namespace PaperTables;

/// <summary>The tables: Markdown with the mean over the seeds, CSV with every run.</summary>
internal sealed record Report(string Command, int Texts, int HeldOut, TimeSpan Time)
{
    public const string MarkdownName = "tables.md";
    private const string CsvName = "runs.csv";

    private static readonly (PropertyInfo Property, ColumnAttribute Column)[] s_columns =
    [
        .. typeof(Figures)
            .GetProperties()
            .Select(property => (property, property.GetCustomAttribute<ColumnAttribute>()!))
            .Where(pair => pair.Item2 is not null),
    ];

    public double MajorityAccuracy { get; init; }

    public void Write(string folder, IReadOnlyList<Figures> figures)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, MarkdownName), Markdown(figures));
        File.WriteAllText(Path.Combine(folder, CsvName), Csv(figures));
    }

    private string Markdown(IReadOnlyList<Figures> figures)
    {
        var seeds = figures.Select(run => run.Seed).Distinct().Count();
        var text = new StringBuilder();
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"""
            # Language modelling and probing at equal size

            `{Command}`: {Texts:N0} training texts, {HeldOut:N0} held out, {seeds} seed(s){(
                seeds > 1 ? ", mean ± standard deviation" : ""
            )}, one thread, {Time.TotalSeconds:F0} s in all, on {RuntimeInformation.OSDescription}, {RuntimeInformation.ProcessArchitecture}, {Environment.ProcessorCount} cores.
            Majority class: {MajorityAccuracy:F3}.

            """
        );
        Line("model", [.. s_columns.Select(column => column.Column.Heading)]);
        Line("---", [.. s_columns.Select(_ => "---")]);
        foreach (var runs in figures.GroupBy(run => run.Model))
        {
            Line(runs.Key, [.. s_columns.Select(column => Cell(column, [.. runs]))]);
        }

        text.AppendLine();
        text.AppendLine(
            "Reconstruction is that of a latent drawn from the posterior; the distance to another text's latent says how much the "
                + "decoder listens. A plain autoencoder has a point for a posterior: it has no KL and no bound. BLEU-4 is that of greedy "
                + "reconstructions from the mean."
        );
        return text.ToString();

        void Line(string first, string[] cells) => text.AppendLine($"| {first} | {string.Join(" | ", cells)} |");
    }

    private static string Cell((PropertyInfo Property, ColumnAttribute Column) column, Figures[] runs)
    {
        var values = runs.Select(run => Value(column.Property, run)).ToArray();
        var mean = values.Average();
        var deviation = Math.Sqrt(
            values.Sum(value => (value - mean) * (value - mean)) / Math.Max(1, values.Length - 1)
        );
        var text = mean.ToString(column.Column.Format, CultureInfo.InvariantCulture);
        return double.IsNaN(mean) ? "–"
            : values.Length == 1 ? text
            : $"{text} ± {deviation.ToString(column.Column.Format, CultureInfo.InvariantCulture)}";
    }

    private static string Csv(IReadOnlyList<Figures> figures)
    {
        var lines = figures.Select(run =>
            string.Join(
                ',',
                s_columns
                    .Select(column => Value(column.Property, run))
                    .Select(value => double.IsNaN(value) ? "" : value.ToString("R", CultureInfo.InvariantCulture))
                    .Prepend(run.Seed.ToString(CultureInfo.InvariantCulture))
                    .Prepend(run.Model)
            )
        );
        var header = string.Join(
            ',',
            s_columns.Select(column => column.Property.Name).Prepend("Seed").Prepend("Model")
        );
        return string.Join('\n', lines.Prepend(header)) + "\n";
    }

    private static double Value(PropertyInfo property, Figures run) => (double)property.GetValue(run)!;
}
