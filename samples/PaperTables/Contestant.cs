using System.Diagnostics;
using Microsoft.ML.LlamaVae;
using Microsoft.ML.LlamaVae.Bottleneck;
using Microsoft.ML.LlamaVae.Training;

namespace PaperTables;

/// <summary>A model of the comparison: the same parts in another composition.</summary>
/// <param name="Name">Its row in the tables.</param>
/// <param name="Model">What it is made of.</param>
/// <param name="Trainer">How it learns.</param>
/// <param name="IsAblation">It stands in the table of ablations alone.</param>
internal sealed record Contestant(
    string Name,
    LlamaVaeConfiguration Model,
    VaeTrainerOptions Trainer,
    bool IsAblation = false
)
{
    /// <summary>Its posterior is a density: KL and bound mean something.</summary>
    public bool IsVariational => Model.Posterior == PosteriorKind.Gaussian;

    public Contestant With(int epochs) =>
        this with
        {
            Trainer = Trainer with { Training = Trainer.Training with { Epochs = epochs } },
        };

    /// <summary>A model of its kind that has learnt the texts, and the seconds that took; the caller disposes it.</summary>
    public (LlamaVaeModel Model, double Seconds) Train(
        IEnumerable<string> texts,
        int seed,
        IProgress<TrainingProgress> progress,
        CancellationToken cancellationToken
    )
    {
        var model = LlamaVaeModel.Create(Model, seed: seed, cancellationToken: cancellationToken);
        try
        {
            var clock = Stopwatch.StartNew();
            var options = Trainer with { Training = Trainer.Training with { Seed = seed } };
            VaeTrainer.Fit(model, texts, options, progress, cancellationToken);
            return (model, clock.Elapsed.TotalSeconds);
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }
}
