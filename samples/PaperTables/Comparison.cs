using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.LlamaVae.Native;
using Samples;
using Spectre.Console;

namespace PaperTables;

/// <summary>All runs of a command: those that are finished are taken from the output folder, the others are done and kept there.</summary>
internal sealed class Comparison(Settings settings, string command)
{
    private readonly List<FinishedRun> _runs = [];

    /// <summary>The folder of the tables.</summary>
    public string Folder { get; } =
        settings.Output?.FullName ?? Path.Combine(Repository.Folder(), "artifacts", "paper-tables");

    /// <exception cref="OperationCanceledException">Cancelled; what is finished is kept.</exception>
    public void Run(CancellationToken cancellationToken)
    {
        TorchBackend.EnsureLoaded();
        // Small matrices gain nothing from more threads, and lose much on a machine that is busy.
        TorchSharp.torch.set_num_threads(1);
        var corpora = Corpus.ReadAll(settings);
        var tasks = new Tasks(settings);
        var jobs = new Jobs(settings, tasks, corpora);
        var store = new RunStore(Path.Combine(Folder, "runs"));
        string[] about = [tasks.About, tasks.Definitions.About, .. corpora.Select(corpus => corpus.About)];
        foreach (var job in jobs.All())
        {
            if (store.Find(job) is { } finished)
            {
                _runs.Add(finished);
                continue;
            }

            _runs.Add(Do(job, store, cancellationToken));
            Write(); // after each run: a comparison that is stopped has tables too
        }

        Write();
        AnsiConsole.WriteLine(File.ReadAllText(Path.Combine(Folder, Report.MarkdownName)));
        AnsiConsole.MarkupLineInterpolated(CultureInfo.InvariantCulture, $"written to {Folder}");

        void Write() => new Report(command, about, settings, jobs.Ablations).Write(Folder, _runs);
    }

    private static FinishedRun Do(Job job, RunStore store, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var clock = Stopwatch.StartNew();
        var curve = new LossCurve($"{job.Corpus}, {job.Model}, seed {job.Seed}");
        Figure[] figures = [.. job.Work(curve, cancellationToken)];
        var run = new FinishedRun(
            job.Model,
            job.Corpus,
            job.Seed,
            clock.Elapsed.TotalSeconds,
            figures,
            curve.Steps,
            curve.Values
        );
        store.Keep(job, run);
        return run;
    }
}
