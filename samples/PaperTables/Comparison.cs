using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.LlamaVae.Native;
using Microsoft.ML.LlamaVae.Training;
using Samples;
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
        var tasks = new Tasks(settings);
        var contestants = Contestant
            .All(settings)
            .Where(contestant => settings.Only.Count == 0 || settings.Only.Contains(contestant.Name))
            .ToArray();
        var folder = settings.Output?.FullName ?? Path.Combine(Repository.Folder(), "artifacts", "paper-tables");
        var figures = new List<Figure>();
        foreach (var seed in Enumerable.Range(1, settings.Seeds))
        {
            foreach (var contestant in contestants)
            {
                figures.AddRange(new Run(contestant, seed, tasks).Figures(new Progress(contestant.Name, seed)));
                Write(); // after each run, so that nothing is lost where the last ones are stopped
            }

            figures.Add(
                Baselines.LanguageModel(contestants[0], seed, tasks, new Progress("language model, no latent", seed))
            );
        }

        figures.AddRange(Baselines.Of(tasks));
        Write();
        AnsiConsole.WriteLine(File.ReadAllText(Path.Combine(folder, Report.MarkdownName)));
        AnsiConsole.MarkupLineInterpolated(CultureInfo.InvariantCulture, $"written to {folder}");

        void Write() =>
            new Report(command, tasks.Known.Count, tasks.Held.Count, settings.Seeds, clock.Elapsed).Write(
                folder,
                figures
            );
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
