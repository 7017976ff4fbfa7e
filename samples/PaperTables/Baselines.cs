using Microsoft.ML;
using Microsoft.ML.LlamaVae;
using Microsoft.ML.LlamaVae.Evaluation;
using Microsoft.ML.LlamaVae.Training;
using static TorchSharp.torch;

namespace PaperTables;

/// <summary>What needs no latent: word vectors, word overlap, words, the majority, and a language model of the decoder's size.</summary>
internal static class Baselines
{
    /// <summary>The language model's row.</summary>
    public const string NoLatent = "language model, no latent";

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

    /// <summary>The contestant's decoder, trained with the same budget and no latent.</summary>
    public static Figure LanguageModel(
        string table,
        Contestant contestant,
        int seed,
        string[] known,
        string[] held,
        IProgress<TrainingProgress> progress,
        CancellationToken cancellationToken
    )
    {
        using var model = LlamaVaeModel.Create(contestant.Model, seed: seed, cancellationToken: cancellationToken);
        var options = contestant.Trainer.Training with { Seed = seed };
        LanguageModelTrainer.Fit(model, known, options, progress, cancellationToken);
        using var z = zeros(held.Length, model.LatentSize); // [B, D]
        var scores = model.Score(held, z);
        var nats = -scores.Sum(score => score.LogLikelihood) / scores.Sum(score => score.Tokens);
        return new Figure(table, LanguageModelling.OtherLatent, NoLatent, seed, nats);
    }
}
