using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.LlamaVae.Native;
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
        var curves = new List<LossCurve>();
        foreach (var seed in Enumerable.Range(1, settings.Seeds))
        {
            foreach (var contestant in contestants)
            {
                curves.Add(new LossCurve(contestant.Name, seed));
                figures.AddRange(new Run(contestant, seed, tasks).Figures(curves[^1]));
                Write(); // after each run, so that nothing is lost where the last ones are stopped
            }

            curves.Add(new LossCurve("language model, no latent", seed));
            figures.Add(Baselines.LanguageModel(contestants[0], seed, tasks, curves[^1]));
        }

        figures.AddRange(Baselines.Of(tasks));
        Write();
        AnsiConsole.WriteLine(File.ReadAllText(Path.Combine(folder, Report.MarkdownName)));
        AnsiConsole.MarkupLineInterpolated(CultureInfo.InvariantCulture, $"written to {folder}");

        void Write() =>
            new Report(command, tasks.Known.Count, tasks.Held.Count, settings.Seeds, clock.Elapsed).Write(
                folder,
                figures,
                curves
            );
    }
}
