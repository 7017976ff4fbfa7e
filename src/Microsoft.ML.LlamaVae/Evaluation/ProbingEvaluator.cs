using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Text;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Evaluation;

/// <summary>Linguistic probing (Conneau et al. 2018): a stock classifier on frozen latents, beside the same one on words.</summary>
public static class ProbingEvaluator
{
    private const string Label = "Label";
    private const string Predicted = "PredictedLabel";
    private const string Features = "Features";

    // Weights of the L2 penalty: the validation examples choose.
    private static readonly float[] s_penalties = [0.01f, 0.1f, 1f];

    private sealed class Row
    {
        public string Property { get; set; } = "";

        public string Text { get; set; } = "";

        public float[] Latent { get; set; } = [];
    }

    /// <summary>Trains on the examples of the training split and measures on those of the test split.</summary>
    /// <param name="ml">Trains the classifiers; its seed is theirs.</param>
    /// <param name="encoder">The model, or its encoder; it doesn't learn.</param>
    /// <param name="task">Names the task in the report.</param>
    /// <param name="examples">From <see cref="ProbingFile"/>; without validation examples the middle penalty is taken.</param>
    /// <param name="withWords">Whether the same classifier is trained on words too; the result is the same for every encoder.</param>
    /// <exception cref="ArgumentException">There is no training or no test example.</exception>
    public static ProbingReport Evaluate(
        MLContext ml,
        ILatentTextEncoder encoder,
        string task,
        IReadOnlyList<ProbingExample> examples,
        bool withWords = true
    )
    {
        ArgumentNullException.ThrowIfNull(ml);
        ArgumentNullException.ThrowIfNull(encoder);
        ArgumentNullException.ThrowIfNull(examples);
        var rows = Rows(encoder, examples);
        var (training, test) = (rows[ProbingSplit.Training].ToArray(), rows[ProbingSplit.Test].ToArray());
        if (training.Length == 0 || test.Length == 0)
        {
            throw new ArgumentException(
                $"The task '{task}' has {training.Length} training and {test.Length} test examples; both are needed.",
                nameof(examples)
            );
        }

        var views = new[] { training, [.. rows[ProbingSplit.Validation]], test }
            .Select(part => Load(ml, part, encoder.LatentSize))
            .ToArray();
        var (fit, choose, judge) = (views[0], rows[ProbingSplit.Validation].Any() ? views[1] : null, views[2]);
        var latents = ml.Transforms.NormalizeMeanVariance(Features, nameof(Row.Latent), fixZero: false);
        var words = ml.Transforms.Text.FeaturizeText(
            Features,
            new TextFeaturizingEstimator.Options { CharFeatureExtractor = null },
            nameof(Row.Text)
        );
        var majority = training.CountBy(row => row.Property).MaxBy(pair => pair.Value).Key;
        return new ProbingReport(
            task,
            Accuracy(ml, latents, fit, choose, judge),
            withWords ? Accuracy(ml, words, fit, choose, judge) : null,
            test.Average(row => row.Property == majority ? 1.0 : 0),
            training.DistinctBy(row => row.Property).Count(),
            training.Length,
            test.Length
        );
    }

    /// <summary>Evaluates SentEval's tasks whose files are in a folder, by their names: <c>sentence_length.txt</c> and the others of <see cref="ProbingFile.SentEvalTasks"/>.</summary>
    /// <param name="ml">Trains the classifiers; its seed is theirs.</param>
    /// <param name="encoder">The model, or its encoder; it doesn't learn.</param>
    /// <param name="folder">Holds one file or more of the ten.</param>
    /// <exception cref="FileNotFoundException">The folder has none of the files.</exception>
    /// <exception cref="InvalidDataException">A line is wrong; names file and line.</exception>
    public static ProbingSuiteReport EvaluateFolder(MLContext ml, ILatentTextEncoder encoder, string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        var files = ProbingFile
            .SentEvalTasks.Select(task => (Task: task, Path: Path.Combine(folder, $"{task}.txt")))
            .Where(file => File.Exists(file.Path))
            .ToArray();
        return files.Length == 0
            ? throw new FileNotFoundException(
                $"'{folder}' has no file of a probing task; expected one or more of {string.Join(", ", ProbingFile.SentEvalTasks.Select(task => $"{task}.txt"))}."
            )
            : new ProbingSuiteReport([
                .. files.Select(file => Evaluate(ml, encoder, file.Task, ProbingFile.Read(file.Path))),
            ]);
    }

    private static double Accuracy(
        MLContext ml,
        IEstimator<ITransformer> features,
        IDataView training,
        IDataView? validation,
        IDataView test
    )
    {
        var prepared = ml
            .Transforms.Conversion.MapValueToKey(Label, nameof(Row.Property))
            .Append(features)
            .Fit(training);
        var ready = ml.Data.Cache(prepared.Transform(training));
        var fitted = (validation is null ? s_penalties[1..2] : s_penalties)
            .Select(penalty =>
                ml.MulticlassClassification.Trainers.LbfgsMaximumEntropy(Label, Features, l2Regularization: penalty)
                    .Append(ml.Transforms.Conversion.MapKeyToValue(Predicted))
                    .Fit(ready)
            )
            .ToArray();
        var best = validation is null
            ? fitted[0]
            : fitted.MaxBy(model => Share(model.Transform(prepared.Transform(validation))))!;
        return Share(best.Transform(prepared.Transform(test)));
    }

    // By value: a label that is in no training example counts as missed.
    private static double Share(IDataView judged) =>
        judged
            .GetColumn<string>(nameof(Row.Property))
            .Zip(judged.GetColumn<string>(Predicted))
            .Average(pair => pair.First == pair.Second ? 1.0 : 0);

    private static ILookup<ProbingSplit, Row> Rows(ILatentTextEncoder encoder, IReadOnlyList<ProbingExample> examples)
    {
        using var scope = NewDisposeScope();
        using var posterior = encoder.Encode([.. examples.Select(example => example.Text)]);
        using var mu = posterior.Mu.to(float32).cpu(); // [N, D]
        return examples
            .Zip(mu.data<float>().ToArray().Chunk(encoder.LatentSize))
            .ToLookup(
                pair => pair.First.Split,
                pair => new Row
                {
                    Property = pair.First.Label,
                    Text = pair.First.Text,
                    Latent = pair.Second,
                }
            );
    }

    private static IDataView Load(MLContext ml, IReadOnlyList<Row> rows, int latentSize)
    {
        var schema = SchemaDefinition.Create(typeof(Row));
        schema[nameof(Row.Latent)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, latentSize);
        return ml.Data.LoadFromEnumerable(rows, schema);
    }
}
