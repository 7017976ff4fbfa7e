using System.Globalization;
using Microsoft.ML.Data;
using Microsoft.ML.LlamaVae.Embeddings;
using Microsoft.ML.Transforms.Text;

namespace Microsoft.ML.LlamaVae.Tests;

public sealed class WordVectorTests(FittedVae fitted) : IClassFixture<FittedVae>
{
    private readonly MLContext _ml = fitted.Ml;

    private sealed class Word
    {
        public string Text { get; set; } = "";
    }

    private sealed class NoWord
    {
        public float Text { get; set; }
    }

    // A table of eight words, as a GloVe file has them.
    private static readonly string[] s_words =
    [
        "flower",
        "tree",
        "bird",
        "person",
        "instrument",
        "large",
        "small",
        "number",
    ];

    private static string Table =>
        string.Join(
            '\n',
            s_words.Select(
                (word, i) =>
                    string.Create(CultureInfo.InvariantCulture, $"{word} {Math.Cos(i)} {Math.Sin(i)} {i / 4.0 - 1}")
            )
        );

    private static WordEmbeddings Embeddings =>
        WordEmbeddings.Read(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(Table)));

    private IDataView Words(params string[] words) =>
        _ml.Data.LoadFromEnumerable(words.Select(word => new Word { Text = word }));

    [Fact]
    public void WordVectors_KeepEveryPromise() =>
        ComponentChecks.Run(
            _ml,
            _ml.Transforms.Text.WordVectors("Vector", "Text", Embeddings, "Unknown"),
            Words("tree", "zebra", "bird"),
            _ml.Data.LoadFromEnumerable([new NoWord()])
        );

    [Fact]
    public void AnUnknownWord_IsNaN_Flagged_AndCounted()
    {
        var data = Words("tree", "Tree", "");
        var words = _ml.Transforms.Text.WordVectors("Vector", "Text", Embeddings, "Unknown").Fit(data);

        var view = words.Transform(data);

        Assert.True(Embeddings.TryGetVector("tree", out var tree));
        var vectors = view.GetColumn<float[]>("Vector").ToArray();
        Assert.Equal(tree.ToArray(), vectors[0]);
        Assert.All(vectors[1..], vector => Assert.All(vector, slot => Assert.True(float.IsNaN(slot))));
        Assert.Equal([false, true, true], view.GetColumn<bool>("Unknown"));
        Assert.True(words.UnknownWords >= 2);
    }

    [Fact]
    public void ApplyWordEmbedding_OfMLNet_ServesAsCondition()
    {
        var path = Path.Combine(Directory.CreateTempSubdirectory("glove-").FullName, "glove.txt");
        File.WriteAllText(path, Table);
        var latents = fitted.Vae.Transform(fitted.Data);
        var pipeline = _ml
            .Transforms.Text.NormalizeText("Normal", "Text")
            .Append(_ml.Transforms.Text.TokenizeIntoWords("Tokens", "Normal"))
            .Append(_ml.Transforms.Text.ApplyWordEmbedding("Embedding", path, "Tokens"))
            .Append(_ml.Transforms.InvertibleCvae("Drawn", "Embedding", "Latent", Pair.Options));

        var model = pipeline.Fit(latents);
        var unknown = _ml.Data.LoadFromEnumerable([new Word { Text = "zebra" }, new Word { Text = "tree" }]);
        var drawn = model.Transform(fitted.Vae.Transform(unknown)).GetColumn<float[]>("Drawn").ToArray();

        // min, mean and max of three numbers
        Assert.Equal(9, ((InvertibleCvaeTransformer)model.LastTransformer).Model.ConditionSize);
        Assert.All(drawn[0], slot => Assert.True(float.IsNaN(slot)));
        Assert.All(drawn[1], slot => Assert.True(float.IsFinite(slot)));
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
    }

    [Fact]
    public async Task WordToDefinition_IsSaved_AndPredictsInAFreshProcess()
    {
        var rows = Gloss.Rows(40).Select((gloss, i) => (gloss.Text, Word: s_words[i % 5])).ToArray();
        var latents = fitted.Vae.Transform(fitted.Data);
        var train = _ml.Data.LoadFromEnumerable(
            rows.Zip(
                latents.GetColumn<float[]>("Latent"),
                (row, latent) => new Definition { Text = row.Word, Latent = latent }
            )
        );
        var words = _ml.Transforms.Text.WordVectors("Embedding", "Text", Embeddings).Fit(train);
        var sampling = new LatentSampling { Temperature = 0.5, SamplesPerRow = 2 };
        var flow = _ml
            .Transforms.InvertibleCvae("Drawn", "Embedding", "Latent", Pair.Options with { Sampling = sampling })
            .Fit(words.Transform(train));
        var text = fitted
            .Vae.LatentToText("Back", "Drawn", new() { MaxTokens = 8 }, samplesPerRow: 2)
            .Fit(flow.Transform(words.Transform(train)));
        var chain = new TransformerChain<ITransformer>(words, flow, text);
        var folder = Directory.CreateTempSubdirectory("define-").FullName;
        _ml.Model.Save(chain, Words("tree").Schema, Path.Combine(folder, "model.zip"));

        var said = await FreshProcess.Predict(Path.Combine(folder, "model.zip"), ["tree", "bird", "zebra"]);

        var expected = chain.Transform(Words("tree", "bird", "zebra")).GetColumn<string[]>("Back").ToArray();
        Assert.Equal(expected.Select(texts => string.Join('|', texts)), said);
        Assert.Equal("|", said[2]);
        Assert.All(expected[..2], texts => Assert.Equal(2, texts.Length));
        Directory.Delete(folder, recursive: true);
    }

    private sealed class Definition
    {
        public string Text { get; set; } = "";

        [VectorType(6)]
        public float[] Latent { get; set; } = [];
    }
}
