using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Text;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Evaluation;

/// <summary>Linguistic probing (Conneau et al. 2018): a stock classifier on frozen latents, beside the same one on words.</summary>
/// <remarks>
/// The classifier is a multinomial logistic regression; its L2 penalty is chosen among 0.01, 0.1 and 1 by the validation
/// examples. The words are counts of single words, scaled to length 1.
/// </remarks>
public static class ProbingEvaluator
{
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
        var labels = training.DistinctBy(row => row.Property).Count();
        var latents = ml.Transforms.NormalizeMeanVariance(
            ProbingClassifier.Features,
            nameof(Row.Latent),
            fixZero: false
        );
        var words = ml.Transforms.Text.FeaturizeText(
            ProbingClassifier.Features,
            new TextFeaturizingEstimator.Options
            {
                CharFeatureExtractor = null,
                WordFeatureExtractor = new WordBagEstimator.Options { NgramLength = 1 },
            },
            nameof(Row.Text)
        );
        var majority = training.CountBy(row => row.Property).MaxBy(pair => pair.Value).Key;
        return new ProbingReport(
            task,
            Accuracy(latents, penalty => ProbingClassifier.ForLatents(ml, penalty)),
            withWords
                ? Accuracy(words, penalty => ProbingClassifier.ForWords(ml, penalty, training.Length, labels))
                : null,
            test.Average(row => row.Property == majority ? 1.0 : 0),
            labels,
            training.Length,
            test.Length
        );

        double Accuracy(IEstimator<ITransformer> features, Func<float, IEstimator<ITransformer>> trainer) =>
            ProbingClassifier.Accuracy(ml, features, trainer, fit, choose, judge, nameof(Row.Property));
    }

    /// <summary>Evaluates SentEval's tasks whose files are in a folder, by their names: <c>sentence_length.txt</c> and the others of <see cref="ProbingFile.SentEvalTasks"/>.</summary>
    /// <param name="ml">Trains the classifiers; its seed is theirs.</param>
    /// <param name="encoder">The model, or its encoder; it doesn't learn.</param>
    /// <param name="folder">Holds one file or more of the ten.</param>
    /// <param name="progress">Told each task when it is done, on the calling thread; null for none.</param>
    /// <param name="cancellationToken">Stops between two tasks.</param>
    /// <exception cref="FileNotFoundException">The folder has none of the files.</exception>
    /// <exception cref="InvalidDataException">A line is wrong; names file and line.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static ProbingSuiteReport EvaluateFolder(
        MLContext ml,
        ILatentTextEncoder encoder,
        string folder,
        IProgress<ProbingReport>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        var files = ProbingFile
            .SentEvalTasks.Select(task => (Task: task, Path: Path.Combine(folder, $"{task}.txt")))
            .Where(file => File.Exists(file.Path))
            .ToArray();
        if (files.Length == 0)
        {
            throw new FileNotFoundException(
                $"'{folder}' has no file of a probing task; expected one or more of {string.Join(", ", ProbingFile.SentEvalTasks.Select(task => $"{task}.txt"))}."
            );
        }

        var reports = new List<ProbingReport>();
        foreach (var (task, path) in files)
        {
            cancellationToken.ThrowIfCancellationRequested();
            reports.Add(Evaluate(ml, encoder, task, ProbingFile.Read(path)));
            progress?.Report(reports[^1]);
        }

        return new ProbingSuiteReport(reports);
    }

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
