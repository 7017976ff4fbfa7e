using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Samples;
using Samples.Pictures;

namespace PaperTables;

/// <summary>The tables: Markdown and HTML with the mean over the seeds, CSV with every number of every run.</summary>
internal sealed record Report(string Command, int Texts, int HeldOut, int Seeds, TimeSpan Time)
{
    public const string MarkdownName = "tables.md";
    private const string Notes =
        "Reconstruction is that of a latent drawn from the posterior; the distance to another text's latent says how much the decoder "
        + "listens. A plain autoencoder has a point for a posterior: it has no KL and no bound. BLEU-4 and ROUGE-L are those of greedy "
        + "reconstructions from the mean. The language model is LlamaVAE's decoder with the same budget and no latent. Definitions are "
        + "drawn by an Invertible CVAE on each model's latents.";

    public void Write(string folder, IReadOnlyList<Figure> figures, IReadOnlyList<LossCurve> curves)
    {
        Directory.CreateDirectory(folder);
        var tables = figures.GroupBy(figure => figure.Table).Select(Table).ToArray();
        var about = string.Create(
            CultureInfo.InvariantCulture,
            $"{Texts:N0} training texts, {HeldOut:N0} held out, {Seeds} seed(s), one thread, {Time.TotalSeconds:F0} s in all, on {RuntimeInformation.OSDescription}, {RuntimeInformation.ProcessArchitecture}, {Environment.ProcessorCount} cores."
        );
        var markdown = new StringBuilder($"# The paper's tables at equal size\n\n`{Command}`\n\n{about}\n\n{Notes}\n");
        var html = new HtmlReport("The paper's tables at equal size").Code(Command).Text(about).Text(Notes);
        foreach (var (title, header, rows) in tables)
        {
            markdown.Append(CultureInfo.InvariantCulture, $"\n## {title}\n\n");
            string[][] lines = [header, [.. header.Select(_ => "---")], .. rows];
            markdown.AppendJoin("", lines.Select(line => $"| {string.Join(" | ", line)} |\n"));
            html.Table(title, header, rows);
        }

        html.Picture(
            "Loss of the first runs",
            Picture.Curves(
                "−log p(x|z), nats per token",
                curves.Where(curve => curve.Seed == 1).Select(curve => (curve.Model, curve.Steps, curve.Values))
            )
        );
        html.SavePictures(folder);
        File.WriteAllText(Path.Combine(folder, MarkdownName), markdown.ToString());
        html.Save(Path.Combine(folder, "tables.html"));
        File.WriteAllLines(
            Path.Combine(folder, "runs.csv"),
            figures
                .Select(figure =>
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"\"{figure.Table}\",\"{figure.Column}\",\"{figure.Model}\",{figure.Seed},{figure.Value:R}"
                    )
                )
                .Prepend("table,column,model,seed,value")
        );
    }

    private static (string Title, string[] Header, string[][] Rows) Table(IGrouping<string, Figure> table)
    {
        var columns = table.Select(figure => figure.Column).Distinct().ToArray();
        return (
            table.Key,
            ["model", .. columns],
            [
                .. table
                    .GroupBy(figure => figure.Model)
                    .Select(model =>
                        (string[])
                            [
                                model.Key,
                                .. columns.Select(column =>
                                    Cell([
                                        .. model
                                            .Where(figure => figure.Column == column)
                                            .Select(figure => figure.Value),
                                    ])
                                ),
                            ]
                    ),
            ]
        );
    }

    private static string Cell(double[] values)
    {
        if (values.Length == 0 || values.Any(double.IsNaN))
        {
            return "–";
        }

        var mean = values.Average();
        var deviation = Math.Sqrt(
            values.Sum(value => (value - mean) * (value - mean)) / Math.Max(1, values.Length - 1)
        );
        var format = Math.Abs(mean) switch
        {
            >= 100 => "N0",
            >= 10 => "F1",
            _ => "F3",
        };
        var text = mean.ToString(format, CultureInfo.InvariantCulture);
        return values.Length == 1 ? text : $"{text} ± {deviation.ToString(format, CultureInfo.InvariantCulture)}";
    }
}
