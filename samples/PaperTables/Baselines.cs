using Microsoft.ML;
using Microsoft.ML.LlamaVae;
using Microsoft.ML.LlamaVae.Evaluation;
using Microsoft.ML.LlamaVae.Training;
using static TorchSharp.torch;

namespace PaperTables;

/// <summary>What needs no latent: word vectors, word overlap, words, the majority, and a language model of the decoder's size.</summary>
internal static class Baselines
{
    public static IEnumerable<Figure> Of(Tasks tasks)
    {
        var none = new NoEncoder();
        foreach (var (name, pairs) in tasks.Pairs)
        {
            var scores = SimilarityEvaluator.Evaluate(
                none,
                pairs,
                tasks.Vectors,
                new BootstrapOptions { Resamples = 2 }
            );
            foreach (var method in scores.Methods.Skip(1))
            {
                yield return new Figure(Run.Similarity, name, method.Method, 0, method.Spearman.Estimate);
            }
        }

        foreach (var (name, examples) in tasks.Probing)
        {
            var report = ProbingEvaluator.Evaluate(new MLContext(seed: 1), none, name, examples);
            yield return new Figure(Run.Probing, name, "words", 0, report.BagOfWordsAccuracy!.Value);
            yield return new Figure(Run.Probing, name, "majority", 0, report.MajorityAccuracy);
        }
    }

    /// <summary>The first contestant's decoder, trained with the same budget and no latent.</summary>
    public static Figure LanguageModel(
        Contestant contestant,
        int seed,
        Tasks tasks,
        IProgress<TrainingProgress> progress
    )
    {
        using var model = LlamaVaeModel.Create(contestant.Model, seed: seed);
        var options = contestant.Trainer.Training with { Seed = seed };
        LanguageModelTrainer.Fit(model, tasks.Known.Select(row => row.Text), options, progress);
        string[] held = [.. tasks.Held.Select(row => row.Text)];
        using var z = zeros(held.Length, model.LatentSize); // [B, D]
        var scores = model.Score(held, z);
        var nats = -scores.Sum(score => score.LogLikelihood) / scores.Sum(score => score.Tokens);
        return new Figure(Run.LanguageModelling, "another's z", "language model, no latent", seed, nats);
    }
}
