using Microsoft.ML;
using Microsoft.ML.LlamaVae;
using Microsoft.ML.LlamaVae.Evaluation;
using Microsoft.ML.LlamaVae.Training;

namespace PaperTables;

/// <summary>Trains one model with one seed and evaluates it on every task.</summary>
internal sealed class Run(Contestant contestant, int seed, Tasks tasks, CancellationToken cancellationToken)
{
    public const string Similarity = "Semantic similarity (Spearman)";
    public const string Probing = "Probing (accuracy)";
    public const string Definitions = "Definition modelling";
    public const string Geometry = "Latent geometry";
    public const string Smoothness = "smoothness, linear";
    public const string SelfBleu = "self-BLEU";
    private readonly List<Figure> _figures = [];

    public IReadOnlyList<Figure> Figures(IProgress<TrainingProgress> progress)
    {
        var (model, seconds) = contestant.Train(tasks.Known.Select(row => row.Text), seed, progress, cancellationToken);
        using var owned = model;
        string[] held = [.. tasks.Held.Select(row => row.Text)];
        foreach (var (column, value) in LanguageModelling.Of(contestant, model, held, seed, seconds, cancellationToken))
        {
            Add(LanguageModelling.Table, column, value);
        }

        Compare(model);
        Probe(model);
        if (!contestant.IsAblation && tasks.Definitions.Learnt.Count > 0)
        {
            var report = DefinitionModel.Evaluate(model, seed, tasks, cancellationToken);
            Add(Definitions, LanguageModelling.Bleu4, report.Bleu4);
            Add(Definitions, LanguageModelling.RougeL, report.RougeL);
            Add(Definitions, "latent cosine", report.LatentCosine ?? double.NaN);
        }

        Look(model, held);
        return _figures;
    }

    private void Compare(LlamaVaeModel model)
    {
        foreach (var (name, pairs) in tasks.Pairs)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var options = new BootstrapOptions { Resamples = 2 };
            var scores = SimilarityEvaluator.Evaluate(model, pairs, tasks.Vectors, options);
            Add(Similarity, name, scores.Methods[0].Spearman.Estimate);
        }
    }

    private void Probe(LlamaVaeModel model)
    {
        foreach (var (name, examples) in tasks.Probing)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var ml = new MLContext(seed: 1);
            Add(Probing, name, ProbingEvaluator.Evaluate(ml, model, name, examples, withWords: false).Accuracy);
        }
    }

    private void Look(LlamaVaeModel model, string[] held)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var report = GeometryEvaluator.Evaluate(
            model,
            held,
            [.. tasks.Held.Select(row => row.Category)],
            tasks.Vectors,
            options: new GeometryOptions { Seed = seed, Steps = 5 }
        );
        Add(Geometry, Smoothness, report.Linear.Mean);
        Add(Geometry, "smoothness, spherical", report.Spherical.Mean);
        Add(Geometry, "kNN accuracy", report.NeighbourAccuracy ?? double.NaN);
        Add(Geometry, "silhouette", report.Silhouette ?? double.NaN);
        Add(Geometry, "distinct samples", report.DistinctSamples);
        Add(Geometry, SelfBleu, report.SelfBleu);
    }

    private void Add(string table, string column, double value) =>
        _figures.Add(new Figure(table, column, contestant.Name, seed, value));
}
