using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Evaluation;

/// <summary>Measures interpolation, grouping and samples in the latent space of a model.</summary>
public static class GeometryEvaluator
{
    /// <summary>Evaluates the latent space around texts.</summary>
    /// <remarks>
    /// The distance of two texts on a path is the word mover's where word vectors are given, else 1 − Jaccard index of their
    /// words; compare figures of one distance only. Groups are judged on the mean latents, in Euclidean distance.
    /// </remarks>
    /// <param name="model">The model.</param>
    /// <param name="texts">At least three.</param>
    /// <param name="labels">The group of each text, two groups or more, fewer than texts; null to leave the groups out.</param>
    /// <param name="vectors">Word vectors for the distance of texts; null for word overlap.</param>
    /// <param name="judge">Scores the prior samples, such as an <see cref="UnconditionalLanguageModel"/>; null for the −ELBO of the model itself, which flatters.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <param name="cancellationToken">Stops between the passes.</param>
    /// <exception cref="ArgumentException">There are too few texts, the numbers of labels and texts differ, or the labels make one group or as many groups as texts.</exception>
    public static GeometryReport Evaluate(
        ILatentTextModel model,
        IReadOnlyList<string> texts,
        IReadOnlyList<string>? labels = null,
        WordVectors? vectors = null,
        ITextScorer? judge = null,
        GeometryOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(model);
        Expect.Texts(texts, least: 3);
        options ??= new GeometryOptions();
        options.Validate();
        var groups = labels is null ? null : Groups(labels, texts.Count);
        using var scope = NewDisposeScope();
        using var posterior = model.Encode(texts);
        var mu = LatentRows.Of(posterior.Mu); // [B][D]
        Func<string, string, double> distance = vectors is null
            ? (a, b) => 1 - WordOverlap.Jaccard(a, b)
            : new WordMoverDistance(vectors).Between;
        var samples = model.Decode(Prior(model, options), cancellationToken: cancellationToken);
        string[] sayable = [.. samples.Where(text => !string.IsNullOrWhiteSpace(text))];
        return new GeometryReport(
            InterpolationSmoothness.Of(Paths(InterpolationKind.Linear), distance),
            InterpolationSmoothness.Of(Paths(InterpolationKind.Spherical), distance),
            groups is null ? null : Silhouette.Mean(mu, groups),
            groups is null
                ? null
                : NearestNeighbours.LeaveOneOutAccuracy(mu, groups, Math.Min(options.Neighbours, mu.Length - 1)),
            groups?.CountBy(group => group).Max(group => (double)group.Value / groups.Length),
            TextDiversity.DistinctTexts(samples),
            SelfBleu.Of(samples),
            sayable.Length == 0 ? null : Judged(),
            judge?.Name,
            samples
        );

        double Judged() =>
            judge is null
                ? ReconstructionEvaluator.Evaluate(model, sayable, options.Seed, cancellationToken).NegativeElboPerToken
                : LanguageModelScore.Of(judge.Name, sayable, judge.Score(sayable)).NatsPerToken;

        // All paths at once: the decoder works best on many latents.
        IReadOnlyList<string>[] Paths(InterpolationKind kind)
        {
            var latents = Ends(texts.Count, options)
                .SelectMany(ends => LatentInterpolation.Path(mu[ends.From], mu[ends.To], options.Steps, kind));
            return [.. Path(model, [.. latents], cancellationToken).Chunk(options.Steps + 1)];
        }
    }

    /// <summary>Texts on the way of one dimension through a latent, the others held.</summary>
    /// <param name="model">The model.</param>
    /// <param name="text">Its mean latent is the start.</param>
    /// <param name="dimension">0 to D − 1.</param>
    /// <param name="values">What the dimension is set to, one after the other; the prior has mean 0 and deviation 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such dimension.</exception>
    public static IReadOnlyList<string> Traverse(
        ILatentTextModel model,
        string text,
        int dimension,
        IReadOnlyList<float> values
    )
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(values);
        if (dimension < 0 || dimension >= model.LatentSize)
        {
            throw new ArgumentOutOfRangeException(
                nameof(dimension),
                dimension,
                $"dimension is {dimension}; this model has 0 to {model.LatentSize - 1}."
            );
        }

        using var scope = NewDisposeScope();
        using var posterior = model.Encode([text]);
        var start = LatentRows.Of(posterior.Mu)[0];
        return Path(
            model,
            [.. values.Select(value => (float[])[.. start[..dimension], value, .. start[(dimension + 1)..]])],
            default
        );
    }

    /// <summary>The text at a − b + c of three mean latents.</summary>
    /// <param name="model">The model.</param>
    /// <param name="a">Where to start.</param>
    /// <param name="b">What to take away.</param>
    /// <param name="c">What to add.</param>
    public static string Arithmetic(ILatentTextModel model, string a, string b, string c)
    {
        ArgumentNullException.ThrowIfNull(model);
        using var scope = NewDisposeScope();
        using var posterior = model.Encode([a, b, c]);
        var mu = LatentRows.Of(posterior.Mu);
        return Path(
            model,
            [
                [.. mu[0].Select((value, d) => value - mu[1][d] + mu[2][d])],
            ],
            default
        )[0];
    }

    private static IReadOnlyList<string> Path(
        ILatentTextModel model,
        IReadOnlyList<float[]> latents,
        CancellationToken cancellationToken
    )
    {
        using var z = LatentRows.ToTensor(latents);
        return model.Decode(z, cancellationToken: cancellationToken);
    }

    // N(0, I) [P, D]
    private static Tensor Prior(ILatentTextModel model, GeometryOptions options)
    {
        using var generator = new Generator((ulong)options.Seed, CPU);
        return empty(options.PriorSamples, model.LatentSize).normal_(0, 1, generator);
    }

    private static (int From, int To)[] Ends(int texts, GeometryOptions options)
    {
        var random = new Random(options.Seed);
        return [.. Enumerable.Range(0, options.Paths).Select(_ => Pair())];

        (int, int) Pair()
        {
            var from = random.Next(texts);
            return (from, (from + 1 + random.Next(texts - 1)) % texts);
        }
    }

    private static int[] Groups(IReadOnlyList<string> labels, int texts)
    {
        Expect.SameCount(texts, labels.Count, nameof(texts), nameof(labels));
        string[] names = [.. labels.Distinct(StringComparer.Ordinal)];
        if (names.Length < 2 || names.Length >= texts)
        {
            throw new ArgumentException(
                $"labels makes {names.Length} groups of {texts} texts; groups need 2 to {texts - 1}. Give fewer or more labels, or none.",
                nameof(labels)
            );
        }

        return [.. labels.Select(label => Array.IndexOf(names, label))];
    }
}
