using System.Diagnostics;
using Microsoft.ML.LlamaVae;
using Microsoft.ML.LlamaVae.Evaluation;
using Microsoft.ML.LlamaVae.Training;

namespace PaperTables;

/// <summary>Trains and evaluates one model with one seed.</summary>
internal static class Run
{
    private const int Reconstructed = 200;

    public static Figures Of(
        Contestant contestant,
        int seed,
        LabelledText[] known,
        LabelledText[] held,
        IProgress<TrainingProgress> progress
    )
    {
        using var model = LlamaVaeModel.Create(contestant.Model, seed: seed);
        var clock = Stopwatch.StartNew();
        var options = contestant.Trainer with { Training = contestant.Trainer.Training with { Seed = seed } };
        VaeTrainer.Fit(model, known.Select(row => row.Text), options, progress);
        var seconds = clock.Elapsed.TotalSeconds;
        string[] texts = [.. held.Select(row => row.Text)];
        var quality = ReconstructionEvaluator.Evaluate(model, texts, seed);
        var said = texts[..Math.Min(Reconstructed, texts.Length)];
        using var posterior = model.Encode(said);
        return new Figures(contestant.Name, seed)
        {
            Parameters = model.ParameterCount,
            Reconstruction = quality.ReconstructionNatsPerToken,
            Shuffled = quality.ShuffledNatsPerToken,
            NegativeElbo = contestant.IsVariational ? quality.NegativeElboPerToken : double.NaN,
            Kl = contestant.IsVariational ? quality.Kl : double.NaN,
            ActiveUnits = quality.ActiveUnits,
            Bleu = Bleu.Corpus(model.Decode(posterior.Mu), said).Score,
            CategoryAccuracy = CategoryProbe.Accuracy(model, known, held),
            Seconds = seconds,
        };
    }
}
