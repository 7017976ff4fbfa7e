using Microsoft.ML.LlamaVae.Evaluation;
using Samples;

namespace Evaluate;

/// <summary>The evaluations by name: a saved pipeline and a file give a report, and more for the HTML page.</summary>
internal static class Tasks
{
    public const string ProbingName = "probing";
    private const int Shown = 10;
    private const string SickSplit = "SemEval_set";

    /// <summary>An evaluation: one report or more.</summary>
    public delegate IEnumerable<IEvaluationReport> Task(
        SavedPipeline pipeline,
        FileInfo file,
        Settings settings,
        HtmlReport page
    );

    public static IReadOnlyDictionary<string, Task> ByName { get; } =
        new Dictionary<string, Task>(StringComparer.Ordinal)
        {
            ["reconstruction"] = Reconstruction,
            ["similarity"] = Similarity,
            [ProbingName] = Probing,
            ["definitions"] = DefinitionTask.Run,
            ["geometry"] = GeometryTask.Run,
        };

    private static IEnumerable<IEvaluationReport> Reconstruction(
        SavedPipeline pipeline,
        FileInfo file,
        Settings settings,
        HtmlReport page
    )
    {
        var model = pipeline.Model;
        var texts = settings.TextColumn is { } column
            ? TextFile.Read(file.FullName, column)
            : CorpusFile.Read(file.FullName);
        using var languageModel = LanguageModel.Open(settings);
        var report = LanguageModelEvaluator.Evaluate(
            model,
            texts,
            new LanguageModelOptions { Seed = settings.Seed },
            languageModel?.Scorer
        );
        string[] first = [.. texts.Take(Shown)];
        using var posterior = model.Encode(first);
        page.Table(
            "First reconstructions",
            ["text", "from its latent"],
            first.Zip(model.Decode(posterior.Mu), (text, back) => (string[])[text, back])
        );
        return [report];
    }

    private static IEnumerable<IEvaluationReport> Similarity(
        SavedPipeline pipeline,
        FileInfo file,
        Settings settings,
        HtmlReport page
    )
    {
        var pairs = TextPairFile.Read(file.FullName, settings.PairColumns);
        if (settings.Split is { } split)
        {
            var splits = TextFile.Read(file.FullName, SickSplit);
            pairs = [.. pairs.Where((_, i) => splits[i].Equals(split, StringComparison.OrdinalIgnoreCase))];
            if (pairs.Count == 0)
            {
                throw new InvalidDataException(
                    $"{file.FullName} has no pair of the split '{split}'; its column {SickSplit} has {string.Join(", ", splits.Distinct())}."
                );
            }
        }

        page.Text(settings.Split is null ? "All pairs of the file." : $"The pairs of the split {settings.Split}.");
        return
        [
            SimilarityEvaluator.Evaluate(
                pipeline.Encoder,
                pairs,
                settings.Vectors,
                new BootstrapOptions { Seed = settings.Seed }
            ),
        ];
    }

    private static IEnumerable<IEvaluationReport> Probing(
        SavedPipeline pipeline,
        FileInfo file,
        Settings settings,
        HtmlReport page
    ) =>
        Directory.Exists(file.FullName)
            ? [ProbingEvaluator.EvaluateFolder(pipeline.Ml, pipeline.Encoder, file.FullName, new ProbingLines())]
            :
            [
                ProbingEvaluator.Evaluate(
                    pipeline.Ml,
                    pipeline.Encoder,
                    Path.GetFileNameWithoutExtension(file.Name),
                    ProbingFile.Read(file.FullName)
                ),
            ];
}
