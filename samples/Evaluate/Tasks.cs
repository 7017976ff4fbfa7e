using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.LlamaVae;
using Microsoft.ML.LlamaVae.Evaluation;
using Samples;
using Samples.Pictures;

namespace Evaluate;

/// <summary>The evaluations by name: a saved pipeline and a file give a report, and more for the HTML page.</summary>
internal static class Tasks
{
    private const int Shown = 10;
    private const int TraversedDimensions = 4;
    private static readonly float[] s_traversal = [-2, -1, 0, 1, 2];

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
            ["probing"] = Probing,
            ["definitions"] = Definitions,
            ["geometry"] = Geometry,
        };

    private sealed class WordRow
    {
        public string Word { get; set; } = "";
    }

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
        var report = LanguageModelEvaluator.Evaluate(model, texts, new LanguageModelOptions { Seed = settings.Seed });
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
    ) =>
        [
            SimilarityEvaluator.Evaluate(
                pipeline.Encoder,
                TextPairFile.Read(file.FullName, settings.PairColumns),
                settings.Vectors,
                new BootstrapOptions { Seed = settings.Seed }
            ),
        ];

    private static IEnumerable<IEvaluationReport> Probing(
        SavedPipeline pipeline,
        FileInfo file,
        Settings settings,
        HtmlReport page
    ) =>
        Directory.Exists(file.FullName)
            ? [ProbingEvaluator.EvaluateFolder(pipeline.Ml, pipeline.Encoder, file.FullName)]
            :
            [
                ProbingEvaluator.Evaluate(
                    pipeline.Ml,
                    pipeline.Encoder,
                    Path.GetFileNameWithoutExtension(file.Name),
                    ProbingFile.Read(file.FullName)
                ),
            ];

    private static IEnumerable<IEvaluationReport> Definitions(
        SavedPipeline pipeline,
        FileInfo file,
        Settings settings,
        HtmlReport page
    )
    {
        var words = DefinitionFile.Read(file.FullName);
        var output = pipeline.Step<LatentToTextTransformer>("latent to text").OutputColumnName;
        pipeline.Step<InvertibleCvaeTransformer>("condition to latent");
        var rows = pipeline.Ml.Data.LoadFromEnumerable(words.Select(word => new WordRow { Word = word.Word }));
        var said = pipeline.Pipeline.Transform(rows).GetColumn<string>(output).ToArray();
        var encoder = pipeline.Find<LlamaVaeTransformer>()?.Encoder;
        var report = DefinitionEvaluator.Evaluate([
            .. words.Select(
                (word, i) =>
                    new DefinedWord(word.Word, said[i], word.Definitions)
                    {
                        Latent = encoder is null ? null : Latents(encoder, [said[i]])[0],
                        ReferenceLatents = encoder is null ? null : Latents(encoder, word.Definitions),
                    }
            ),
        ]);
        foreach (var (title, chosen) in new[] { ("Best", report.Best(Shown)), ("Worst", report.Worst(Shown)) })
        {
            page.Table(
                $"{title} by ROUGE-L",
                ["word", "generated", "first reference"],
                chosen.Select(score =>
                    (string[])[score.Defined.Word, score.Defined.Generated, score.Defined.References[0]]
                )
            );
        }

        return [report];
    }

    private static IEnumerable<IEvaluationReport> Geometry(
        SavedPipeline pipeline,
        FileInfo file,
        Settings settings,
        HtmlReport page
    )
    {
        var model = pipeline.Model;
        var rows = TextFile.ReadLabelled(file.FullName, settings.LabelColumn, settings.TextColumn);
        string[] texts = [.. rows.Select(row => row.Text)];
        string[] labels = [.. rows.Select(row => row.Label)];
        var report = GeometryEvaluator.Evaluate(
            model,
            texts,
            labels,
            settings.Vectors,
            options: new GeometryOptions { Seed = settings.Seed }
        );
        page.Picture("Map of the latents", Picture.Map(Latents(model.Encoder, texts), labels));
        page.Table(
            "Interpolation between the first two texts",
            ["step", "text"],
            model.Interpolate(texts[0], texts[1], steps: 8).Select((text, step) => (string[])[$"{step}", text])
        );
        page.Table(
            "Traversal of dimensions, from the first text",
            ["dimension", .. s_traversal.Select(value => $"{value}")],
            Enumerable
                .Range(0, Math.Min(TraversedDimensions, model.LatentSize))
                .Select(d => (string[])[$"{d}", .. GeometryEvaluator.Traverse(model, texts[0], d, s_traversal)])
        );
        page.Table(
            "Texts from the prior",
            ["", "text"],
            report.Samples.Take(Shown).Select((text, i) => (string[])[$"{i + 1}", text])
        );
        return settings.FactorColumns.Count == 0 ? [report] : [report, Disentanglement(model, file, settings, texts)];
    }

    private static DisentanglementReport Disentanglement(
        LlamaVaeModel model,
        FileInfo file,
        Settings settings,
        string[] texts
    )
    {
        var factors = settings.FactorColumns.Select(column => Values(TextFile.Read(file.FullName, column))).ToArray();
        return DisentanglementEvaluator.Evaluate(
            Latents(model.Encoder, texts),
            [.. texts.Select((_, i) => factors.Select(factor => factor[i]).ToArray())]
        );

        static int[] Values(IReadOnlyList<string> names)
        {
            var order = names.Distinct(StringComparer.Ordinal).ToList();
            return [.. names.Select(name => order.IndexOf(name))];
        }
    }

    private static float[][] Latents(LatentEncoder encoder, IReadOnlyList<string> texts)
    {
        using var posterior = encoder.Encode(texts);
        using var mu = posterior.Mu.cpu(); // [B, D]
        return [.. mu.data<float>().ToArray().Chunk(encoder.LatentSize)];
    }
}
