using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.LlamaVae;
using Microsoft.ML.LlamaVae.Generation;

namespace DefinitionModeling;

/// <summary>The VAE's side of the comparison: one fitted VAE, and the densities p(z|c) that are tried on its latents.</summary>
internal sealed class LatentSpace : IDisposable
{
    private readonly MLContext _ml;
    private readonly Corpus _corpus;
    private readonly WordVectorTransformer _words;
    private readonly IDataView _training;
    private readonly IDataView _all;
    private readonly IDataView _drawn;

    private sealed class Encoded
    {
        public float[] Embedding { get; set; } = [];

        public float[] Latent { get; set; } = [];

        public float[] LogVariance { get; set; } = [];
    }

    private sealed class Drawn
    {
        [VectorType(100)]
        public float[] Embedding { get; set; } = [];

        [VectorType(32)]
        public float[] Latent { get; set; } = [];
    }

    public LatentSpace(MLContext ml, Corpus corpus, int seed, int epochs)
    {
        (_ml, _corpus) = (ml, corpus);
        var options = new LlamaVaeOptions
        {
            Seed = seed,
            Model = Settings.Model,
            Trainer = Settings.Trainer(seed, epochs),
            LogVarianceColumnName = "LogVariance",
            Progress = new LineProgress("VAE"),
        };
        Vae = ml.Transforms.Text.LlamaVae("Latent", "Gloss", options).Fit(corpus.TrainingView);
        _words = ml.Transforms.Text.WordVectors("Embedding", "Word", corpus.Embeddings).Fit(corpus.TrainingView);
        _training = Encode(corpus.TrainingView);
        _all = Encode(corpus.All);
        _drawn = Draw(Encode(corpus.TestView));
    }

    public LlamaVaeTransformer Vae { get; }

    /// <summary>Fits p(z|c) with options of one's own and defines the test words with draws of several temperatures.</summary>
    public IEnumerable<(double Temperature, IReadOnlyList<string> Texts, double NatsPerDimension)> Fit(
        InvertibleCvaeOptions options,
        IEnumerable<double> temperatures
    )
    {
        using var flow = _ml.Transforms.InvertibleCvae("Drawn", "Embedding", "Latent", options).Fit(_training);
        var nats = NatsPerDimension(flow);
        var words = _words.Transform(TestWords());
        foreach (var temperature in temperatures)
        {
            var drawn = flow.Sample("Drawn", "Embedding", new LatentSampling { Temperature = temperature })
                .Fit(words)
                .Transform(words);
            var text = Vae.LatentToText("Definition", "Drawn", Settings.Generation).Fit(drawn);
            yield return (temperature, [.. text.Transform(drawn).GetColumn<string>("Definition")], nats);
        }
    }

    /// <summary>Fits p(z|c) and defines the test words; the pipeline needs the word alone.</summary>
    public (TransformerChain<ITransformer> Pipeline, IReadOnlyList<string> Texts, double NatsPerDimension) Fit(
        InvertibleCvaeOptions options,
        bool onAllPairs = false
    )
    {
        var flow = _ml
            .Transforms.InvertibleCvae("Drawn", "Embedding", "Latent", options)
            .Fit(onAllPairs ? _all : _training);
        var text = Vae.LatentToText("Definition", "Drawn", Settings.Generation).Fit(flow.Transform(_training));
        var pipeline = new TransformerChain<ITransformer>(_words, flow, text);
        var texts = pipeline.Transform(TestWords()).GetColumn<string>("Definition").ToArray();
        return (pipeline, texts, NatsPerDimension(flow));
    }

    /// <summary>What the decoder makes of the first gloss of each test word: what no density can do better than.</summary>
    public IReadOnlyList<string> Reconstructions()
    {
        var glosses = _ml.Data.LoadFromEnumerable(_corpus.References.Select(own => new Pair { Gloss = own[0] }));
        var latents = Vae.Transform(glosses);
        return
        [
            .. Vae.LatentToText("Definition", "Latent", Settings.Generation)
                .Fit(latents)
                .Transform(latents)
                .GetColumn<string>("Definition"),
        ];
    }

    private IDataView TestWords() =>
        _ml.Data.LoadFromEnumerable(_corpus.TestWords.Select(word => new Pair { Word = word }));

    private double NatsPerDimension(InvertibleCvaeTransformer flow)
    {
        var scores = flow.LogLikelihood("Score", "Latent").Fit(_drawn).Transform(_drawn).GetColumn<float>("Score");
        return -scores.Average() / Vae.LatentSize;
    }

    private IDataView Encode(IDataView pairs) => _ml.Data.Cache(Vae.Transform(_words.Transform(pairs)));

    // Latents of the test pairs as the densities were fitted on them: drawn from the posterior, once for all.
    private IDataView Draw(IDataView encoded)
    {
        var random = new Random(1);
        var rows = _ml.Data.CreateEnumerable<Encoded>(encoded, reuseRowObject: false, ignoreMissingColumns: true);
        return _ml.Data.LoadFromEnumerable(
            rows.Select(row => new Drawn
                {
                    Embedding = row.Embedding,
                    Latent =
                    [
                        .. row.Latent.Zip(row.LogVariance, (mu, logVar) => mu + MathF.Exp(logVar / 2) * Normal(random)),
                    ],
                })
                .ToArray()
        );
    }

    private static float Normal(Random random) =>
        (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));

    public void Dispose() => Vae.Dispose();
}
