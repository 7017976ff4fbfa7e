using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Samples;
using Samples.Pictures;

namespace PaperTables;

/// <summary>The tables: Markdown and HTML with the mean over the seeds, CSV with every number of every run.</summary>
internal sealed class Report(
    string command,
    IReadOnlyList<string> about,
    Settings settings,
    IReadOnlySet<string> ablations
)
{
    private const string Title = "The paper's tables at equal size";
    public const string MarkdownName = "tables.md";
    private const string Notes =
        "Reconstruction is that of a latent drawn from the posterior; the distance to another text's latent says how much the decoder "
        + "listens. A plain autoencoder has a point for a posterior: it has no KL and no bound. BLEU-4 and ROUGE-L are those of greedy "
        + "reconstructions from the mean. The language model is LlamaVAE's decoder with the same budget and no latent. Definitions are "
        + "drawn by an Invertible CVAE on each model's latents.";
    private const string AblationNotes =
        "Each ablation differs in the one thing that it names, at as many parameters: the inner widths make up for the rest. The "
        + "encoders of LlamaVAE and Optimus with either decoder are the four corners of a square. Ablations aren't asked for "
        + "definitions and aren't trained on further corpora.";

    public void Write(string folder, IReadOnlyList<FinishedRun> runs)
    {
        Figure[] all = [.. runs.SelectMany(run => run.Figures)];
        Figure[] figures = [.. AblationTable.Arrange(all, ablations)];
        var machine = string.Create(
            CultureInfo.InvariantCulture,
            $"{settings.Seeds} seed(s), texts cut to {settings.MaxTokens} tokens, one thread, {runs.Sum(run => run.Seconds):F0} s in all, on {RuntimeInformation.OSDescription}, {RuntimeInformation.ProcessArchitecture}, {Environment.ProcessorCount} cores."
        );
        string[] paragraphs = [.. about, machine, Notes, .. ablations.Count > 0 ? Evidence(all) : []];
        var markdown = new StringBuilder($"# {Title}\n\n`{command}`\n");
        var html = new HtmlReport(Title).Code(command);
        foreach (var text in paragraphs)
        {
            markdown.Append(CultureInfo.InvariantCulture, $"\n{text}\n");
            html.Text(text);
        }

        foreach (var (title, header, rows) in figures.GroupBy(figure => figure.Table).Select(Table))
        {
            markdown.Append(CultureInfo.InvariantCulture, $"\n## {title}\n\n");
            string[][] lines = [header, [.. header.Select(_ => "---")], .. rows];
            markdown.AppendJoin("", lines.Select(line => $"| {string.Join(" | ", line)} |\n"));
            html.Table(title, header, rows);
        }

        html.Picture("Loss of the first runs", Picture.Curves("−log p(x|z), nats per token", Curves(runs)));
        html.SavePictures(folder);
        WholeFile.Write(Path.Combine(folder, MarkdownName), path => File.WriteAllText(path, markdown.ToString()));
        WholeFile.Write(Path.Combine(folder, "tables.html"), html.Save);
        string[] csv = ["table,column,model,seed,value", .. all.Select(Line)];
        WholeFile.Write(Path.Combine(folder, "runs.csv"), path => File.WriteAllLines(path, csv));
    }

    private static IEnumerable<string> Evidence(Figure[] figures) =>
        AblationTable.Repetition(figures) is { } repetition ? [AblationNotes, repetition] : [AblationNotes];

    private IEnumerable<(string, double[], double[])> Curves(IReadOnlyList<FinishedRun> runs) =>
        runs.Where(run => run is { Seed: 1, Corpus: Job.MainCorpus } && !ablations.Contains(run.Model))
            .Select(run => (run.Model, run.Steps, run.Losses));

    private static string Line(Figure figure) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"\"{figure.Table}\",\"{figure.Column}\",\"{figure.Model}\",{figure.Seed},{figure.Value:R}"
        );

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
