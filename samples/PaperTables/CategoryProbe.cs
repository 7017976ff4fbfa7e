using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.LlamaVae;

namespace PaperTables;

/// <summary>How well a stock linear classifier tells the category of a held-out text from its latent (the posterior's mean).</summary>
internal static class CategoryProbe
{
    private sealed class Row
    {
        public string Category { get; set; } = "";

        public float[] Latent { get; set; } = [];
    }

    public static double Accuracy(LlamaVaeModel model, LabelledText[] known, LabelledText[] held)
    {
        var ml = new MLContext(seed: 1);
        var pipeline = ml
            .Transforms.Conversion.MapValueToKey("Label", nameof(Row.Category))
            .Append(ml.MulticlassClassification.Trainers.LbfgsMaximumEntropy("Label", nameof(Row.Latent)));
        var fitted = pipeline.Fit(Load(ml, model, known));
        return ml.MulticlassClassification.Evaluate(fitted.Transform(Load(ml, model, held))).MicroAccuracy;
    }

    /// <summary>What is right by always saying the most frequent category.</summary>
    public static double Majority(LabelledText[] known, LabelledText[] held)
    {
        var category = known.GroupBy(row => row.Category).MaxBy(group => group.Count())!.Key;
        return held.Average(row => row.Category == category ? 1.0 : 0);
    }

    private static IDataView Load(MLContext ml, LlamaVaeModel model, LabelledText[] texts)
    {
        using var posterior = model.Encode([.. texts.Select(row => row.Text)]);
        var latents = posterior.Mu.data<float>().ToArray().Chunk(model.LatentSize);
        var schema = SchemaDefinition.Create(typeof(Row));
        schema[nameof(Row.Latent)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, model.LatentSize);
        return ml.Data.LoadFromEnumerable(
            texts.Zip(latents, (text, latent) => new Row { Category = text.Category, Latent = latent }).ToArray(),
            schema
        );
    }
}
