using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.LlamaVae.Native;
using Microsoft.ML.LlamaVae.Training;
using Spectre.Console;

namespace PaperTables;

/// <summary>All models, all seeds.</summary>
internal static class Comparison
{
    public static void Run(Settings settings, string command)
    {
        TorchBackend.EnsureLoaded();
        // Small matrices gain nothing from more threads, and lose much on a machine that is busy.
        TorchSharp.torch.set_num_threads(1);
        var clock = Stopwatch.StartNew();
        var repository = Repository.Folder();
        var rows = LabelledText.Read(
            settings.DataFile ?? Path.Combine(repository, "samples", "data", "wordnet-glosses.tsv")
        );
        var held = rows[..settings.HeldOut];
        var known = rows[settings.HeldOut..Math.Min(rows.Length, settings.HeldOut + settings.Texts)];
        var contestants = Contestant
            .All(settings)
            .Where(contestant => settings.Only.Count == 0 || settings.Only.Contains(contestant.Name))
            .ToArray();
        var folder = settings.OutputFolder ?? Path.Combine(repository, "artifacts", "paper-tables");
        var figures = new List<Figures>();
        foreach (var seed in Enumerable.Range(1, settings.Seeds))
        {
            foreach (var contestant in contestants)
            {
                var lines = new Progress(contestant.Name, seed);
                figures.Add(PaperTables.Run.Of(contestant, seed, known, held, lines));
                // After each run, so that nothing is lost where the last ones are stopped.
                var report = new Report(command, known.Length, held.Length, clock.Elapsed)
                {
                    MajorityAccuracy = CategoryProbe.Majority(known, held),
                };
                report.Write(folder, figures);
            }
        }

        AnsiConsole.WriteLine(File.ReadAllText(Path.Combine(folder, Report.MarkdownName)));
        AnsiConsole.MarkupLineInterpolated(CultureInfo.InvariantCulture, $"written to {folder}");
    }

    private sealed class Progress(string model, int seed) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value.Step % 100 == 0)
            {
                var terms = string.Join("  ", value.Terms.Select(term => $"{term.Name} {term.Value:F2}"));
                AnsiConsole.MarkupLineInterpolated(
                    CultureInfo.InvariantCulture,
                    $"{model}, seed {seed}: step {value.Step} of {value.Steps}  {terms}  {value.UnitsPerSecond:F0} tokens/s"
                );
            }
        }
    }
}
