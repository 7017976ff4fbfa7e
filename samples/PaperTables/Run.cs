using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.LlamaVae;
using Microsoft.ML.LlamaVae.Evaluation;
using Microsoft.ML.LlamaVae.Training;

namespace PaperTables;

/// <summary>Trains one model with one seed and evaluates it on every task.</summary>
internal sealed class Run(Contestant contestant, int seed, Tasks tasks)
{
    public const string LanguageModelling = "Language modelling";
    public const string Similarity = "Semantic similarity (Spearman)";
    public const string Probing = "Probing (accuracy)";
    public const string Definitions = "Definition modelling";
    public const string Geometry = "Latent geometry";
    private readonly List<Figure> _figures = [];

    public IReadOnlyList<Figure> Figures(IProgress<TrainingProgress> progress)
    {
        using var model = LlamaVaeModel.Create(contestant.Model, seed: seed);
        var clock = Stopwatch.StartNew();
        var options = contestant.Trainer with { Training = contestant.Trainer.Training with { Seed = seed } };
        VaeTrainer.Fit(model, tasks.Known.Select(row => row.Text), options, progress);
        var seconds = clock.Elapsed.TotalSeconds;
        string[] held = [.. tasks.Held.Select(row => row.Text)];
        ModelLanguage(model, held);
        Add(LanguageModelling, "parameters", model.ParameterCount);
        Add(LanguageModelling, "seconds of training", seconds);
        foreach (var (name, pairs) in tasks.Pairs)
        {
            var scores = SimilarityEvaluator.Evaluate(
                model,
                pairs,
                tasks.Vectors,
                new BootstrapOptions { Resamples = 2 }
            );
            Add(Similarity, name, scores.Methods[0].Spearman.Estimate);
        }

        foreach (var (name, examples) in tasks.Probing)
        {
            Add(
                Probing,
                name,
                ProbingEvaluator.Evaluate(new MLContext(seed: 1), model, name, examples, withWords: false).Accuracy
            );
        }

        if (tasks.Defined.Count > 0)
        {
            var report = DefinitionModel.Evaluate(model, seed, tasks);
            Add(Definitions, "BLEU-4", report.Bleu4);
            Add(Definitions, "ROUGE-L", report.RougeL);
            Add(Definitions, "latent cosine", report.LatentCosine ?? double.NaN);
        }

        Look(model, held);
        return _figures;
    }

    private void ModelLanguage(LlamaVaeModel model, string[] held)
    {
        var isVariational = contestant.IsVariational;
        var report = LanguageModelEvaluator.Evaluate(
            model,
            held,
            new LanguageModelOptions { Seed = seed, ImportanceSamples = isVariational ? 10 : 0 }
        );
        var terms = report.Reconstruction;
        Add(LanguageModelling, "nats/token, own z", terms.ReconstructionNatsPerToken);
        Add(LanguageModelling, "another's z", terms.ShuffledNatsPerToken);
        Add(LanguageModelling, "−ELBO", isVariational ? terms.NegativeElboPerToken : double.NaN);
        Add(LanguageModelling, "IW bound", report.ImportanceWeightedPerToken ?? double.NaN);
        Add(LanguageModelling, "KL/text", isVariational ? terms.Kl : double.NaN);
        Add(LanguageModelling, "active units", terms.ActiveUnits);
        Add(LanguageModelling, "mutual information", isVariational ? report.Information.MutualInformation : double.NaN);
        Add(LanguageModelling, "BLEU-4", report.Bleu4);
        Add(LanguageModelling, "ROUGE-L", report.RougeL);
        Add(LanguageModelling, "latent cosine", report.LatentCosine);
    }

    private void Look(LlamaVaeModel model, string[] held)
    {
        var report = GeometryEvaluator.Evaluate(
            model,
            held,
            [.. tasks.Held.Select(row => row.Category)],
            tasks.Vectors,
            options: new GeometryOptions { Seed = seed, Steps = 5 }
        );
        Add(Geometry, "smoothness, linear", report.Linear.Mean);
        Add(Geometry, "smoothness, spherical", report.Spherical.Mean);
        Add(Geometry, "kNN accuracy", report.NeighbourAccuracy ?? double.NaN);
        Add(Geometry, "silhouette", report.Silhouette ?? double.NaN);
        Add(Geometry, "distinct samples", report.DistinctSamples);
        Add(Geometry, "self-BLEU", report.SelfBleu);
    }

    private void Add(string table, string column, double value) =>
        _figures.Add(new Figure(table, column, contestant.Name, seed, value));
}
