using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.LlamaVae;
using Microsoft.ML.LlamaVae.Evaluation;
using Microsoft.ML.LlamaVae.Flow;
using Samples;
using TorchSharp;
using static TorchSharp.torch;

namespace Evaluate;

/// <summary>Word → vector → latent → definition by the steps of a saved pipeline, against the reference definitions.</summary>
internal static class DefinitionTask
{
    private const int Shown = 10;

    private sealed class WordRow
    {
        public string Word { get; set; } = "";
    }

    public static IEnumerable<IEvaluationReport> Run(
        SavedPipeline pipeline,
        FileInfo file,
        Settings settings,
        HtmlReport page
    )
    {
        var flow = pipeline.Step<InvertibleCvaeTransformer>("condition to latent");
        var toText = pipeline.Step<LatentToTextTransformer>("latent to text");
        using var other = settings.Encoder is { } path ? SavedPipeline.Load(path, settings.Seed) : null;
        var encoder = Encoder(other ?? pipeline, flow, isRequired: other is not null);
        var words = DefinitionFile.Read(file.FullName);
        var (conditions, latents) = Draw(pipeline, flow, toText, words, settings.Seed);
        int[] known = [.. Enumerable.Range(0, words.Count).Where(i => !latents[i].Any(float.IsNaN))];
        if (known.Length == 0)
        {
            throw new InvalidDataException(
                $"None of the {words.Count} words of '{file}' has a vector in the pipeline, such as '{words[0].Word}'; words are spelt as in its table."
            );
        }

        using var z = Latents.ToTensor([.. known.Select(i => latents[i])]); // [B, D]
        var said = toText.Decoder.Decode(z, toText.Options with { Seed = settings.Seed });
        DefinedWord[] defined =
        [
            .. known.Select((i, k) => new DefinedWord(words[i].Word, said[k], words[i].Definitions)),
        ];
        if (encoder is null)
        {
            page.Text("The pipeline has no encoder: --encoder MODEL.zip adds the latent cosine and −log p(z|word).");
        }
        else
        {
            defined = Measure(defined, [.. known.Select(i => conditions[i])], encoder, flow.Model);
        }

        var report = DefinitionEvaluator.Evaluate(defined, words.Count - known.Length);
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

    private static LatentEncoder? Encoder(SavedPipeline pipeline, InvertibleCvaeTransformer flow, bool isRequired)
    {
        const string Does = "text to latent";
        var step = isRequired ? pipeline.Step<LlamaVaeTransformer>(Does) : pipeline.Find<LlamaVaeTransformer>();
        return step is null || step.LatentSize == flow.Model.LatentSize
            ? step?.Encoder
            : throw new InvalidDataException(
                $"The encoder makes latents of size {step.LatentSize}; the flow makes {flow.Model.LatentSize}. Give the encoder that the flow was fitted with."
            );
    }

    // One draw a word, whatever the pipeline was saved with; NaN for a word without a vector.
    private static (float[][] Conditions, float[][] Latents) Draw(
        SavedPipeline pipeline,
        InvertibleCvaeTransformer flow,
        LatentToTextTransformer toText,
        IReadOnlyList<WordDefinitions> words,
        int seed
    )
    {
        var vectors = pipeline.Step<WordVectorTransformer>("word to vector");
        if (flow.OutputColumnName != toText.InputColumnName)
        {
            throw new InvalidDataException(
                $"The flow makes the column '{flow.OutputColumnName}', and texts are made of '{toText.InputColumnName}'; this task needs them to be one."
            );
        }

        var schema = SchemaDefinition.Create(typeof(WordRow));
        schema[nameof(WordRow.Word)].ColumnName = vectors.InputColumnName;
        var rows = pipeline.Ml.Data.LoadFromEnumerable(words.Select(word => new WordRow { Word = word.Word }), schema);
        var data = pipeline.From(vectors, flow).Aggregate(rows, (view, step) => step.Transform(view));
        var sampling = flow.Sampling with { Seed = seed, SamplesPerRow = 1 };
        using var drawn = flow.Sample(flow.OutputColumnName, flow.ConditionColumnName, sampling).Fit(data);
        var all = drawn.Transform(data);
        return (
            [.. all.GetColumn<float[]>(flow.ConditionColumnName)],
            [.. all.GetColumn<float[]>(flow.OutputColumnName)]
        );
    }

    /// <summary>Adds the latents of what was said and of the references, and log p(z|word) of the latter.</summary>
    private static DefinedWord[] Measure(
        DefinedWord[] words,
        float[][] conditions,
        LatentEncoder encoder,
        InvertibleCvae flow
    )
    {
        using var scope = NewDisposeScope();
        using var ungraded = no_grad();
        var said = Latents.Of(encoder, [.. words.Select(word => word.Generated)]);
        var references = Latents.Of(encoder, [.. words.SelectMany(word => word.References)]); // [R][D]
        var c = Latents.ToTensor([
            .. words.SelectMany((word, i) => Enumerable.Repeat(conditions[i], word.References.Count)),
        ]); // [R, C]
        var densities = flow.LogDensity(Latents.ToTensor(references).to(flow.Device), c.to(flow.Device)) // [R]
            .cpu()
            .data<float>()
            .ToArray();
        var first = 0;
        return
        [
            .. words.Select(
                (word, i) =>
                {
                    var mine = first..(first += word.References.Count);
                    return word with
                    {
                        Latent = said[i],
                        ReferenceLatents = references[mine],
                        LogDensities = [.. densities[mine].Select(value => (double)value)],
                    };
                }
            ),
        ];
    }
}
