using Microsoft.ML.Data;
using Microsoft.ML.LlamaVae.Benchmarks.Onnx;
using Microsoft.ML.LlamaVae.Bottleneck;
using Microsoft.ML.LlamaVae.Checkpoints;
using Microsoft.ML.LlamaVae.DataView;
using Microsoft.ML.LlamaVae.Encoder;
using Microsoft.ML.LlamaVae.Layers;
using Microsoft.ML.LlamaVae.Tokenization;
using Microsoft.ML.OnnxRuntime;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Benchmarks;

/// <summary>Sentences per second of a T5-small-sized encoder: bare, through ML.NET in several ways, and in ONNX Runtime.</summary>
internal static class Encoding
{
    private const int Texts = 1024;
    private const int BatchSize = 64;
    private const int MaxTokens = 64;

    private sealed class Sentence
    {
        public string Text { get; set; } = "";
    }

    private sealed class Encoded
    {
        public float[] Latent { get; set; } = [];
    }

    public static IReadOnlyList<Row> Measure(int rounds)
    {
        using var encoder = Model();
        using var shared = new Shared<LatentEncoder>(Model());
        var texts = Workload.Texts(Texts);
        var ml = new MLContext(seed: 1);
        var data = ml.Data.LoadFromEnumerable(texts.Select(text => new Sentence { Text = text }).ToArray());
        var ahead = Transformer(BatchSize, lookAhead: 16);
        var asTheyCome = Transformer(BatchSize, lookAhead: 1);
        var rowByRow = Transformer(1, lookAhead: 1);
        using var onnx = Session((SentenceT5Encoder)encoder.Encoder);
        var engine = ml.Model.CreatePredictionEngine<Sentence, Encoded>(
            ahead,
            new PredictionEngineOptions { OwnsTransformer = false }
        );

        const string bare = "encoding: bare encoder";
        const string through = "encoding: through ML.NET";
        const string single = "one text: bare encoder";
        return new Contest(rounds)
            .Add(bare, "sentences/s", () => Encode(encoder, texts))
            .Add(through, "sentences/s", () => Map(ahead), bare)
            .Add("encoding: through ML.NET, without look-ahead", "sentences/s", () => Map(asTheyCome), through)
            .Add("encoding: batches as the rows come", "sentences/s", () => InOrder(encoder, texts), through)
            .Add("encoding: the same, padding computed too", "sentences/s", () => Padded(encoder, texts), through)
            .Add("encoding: through ML.NET, row by row", "sentences/s", () => Map(rowByRow), through)
            .Add("encoding: ONNX Runtime", "sentences/s", () => Run(onnx, encoder, texts), bare)
            .Add(single, "calls/s", () => Calls(text => Encode(encoder, [text])))
            .Add(
                "one text: PredictionEngine",
                "calls/s",
                () => Calls(text => engine.Predict(new Sentence { Text = text })),
                single
            )
            .Run();

        LlamaVaeTransformer Transformer(int size, int lookAhead) =>
            LlamaVaeTransformer.Of(
                ml,
                "Latent",
                "Text",
                logVarianceColumnName: null,
                new Batching(size, lookAhead),
                BackboneStorage.Auto,
                shared.Share(),
                decoder: null,
                report: null
            );

        double Map(LlamaVaeTransformer transformer) => transformer.Transform(data).GetColumn<float[]>("Latent").Count();
    }

    private static double Calls(Action<string> call)
    {
        var texts = Workload.Texts(20);
        foreach (var text in texts)
        {
            call(text);
        }

        return texts.Length;
    }

    public static double Encode(LatentEncoder encoder, IReadOnlyList<string> texts)
    {
        using var posterior = encoder.Encode(texts);
        return texts.Count;
    }

    private static double InOrder(LatentEncoder encoder, IReadOnlyList<string> texts)
    {
        using var ungraded = no_grad();
        foreach (var batch in texts.Chunk(BatchSize))
        {
            using var posterior = encoder.Forward([.. batch.Select(text => encoder.Tokenize(text).Ids)]);
        }

        return texts.Count;
    }

    // As if padding were text: the same costs as computing it and leaving it out afterwards.
    private static double Padded(LatentEncoder encoder, IReadOnlyList<string> texts)
    {
        using var ungraded = no_grad();
        foreach (var batch in texts.Chunk(BatchSize))
        {
            int[][] rows = [.. batch.Select(text => encoder.Tokenize(text).Ids)];
            var length = rows.Max(row => row.Length);
            using var posterior = encoder.Forward([
                .. rows.Select(row => (int[])[.. row, .. Enumerable.Repeat(0, length - row.Length)]),
            ]);
        }

        return texts.Count;
    }

    // The same batches.
    private static double Run(InferenceSession session, LatentEncoder encoder, IReadOnlyList<string> texts)
    {
        var rows = texts.Select(text => encoder.Tokenize(text).Ids).ToArray();
        foreach (var batch in LengthBatches.Cut(rows, BatchSize, CPU))
        {
            using var result = session.Run(Inputs([.. batch.Select(i => rows[i])]));
        }

        return texts.Count;
    }

    private static NamedOnnxValue[] Inputs(int[][] rows)
    {
        var length = rows.Max(row => row.Length);
        var ids = new OnnxRuntime.Tensors.DenseTensor<long>([rows.Length, length]);
        var mask = new OnnxRuntime.Tensors.DenseTensor<float>([rows.Length, length]);
        for (var b = 0; b < rows.Length; b++)
        {
            for (var s = 0; s < rows[b].Length; s++)
            {
                (ids[b, s], mask[b, s]) = (rows[b][s], 1);
            }
        }

        return [NamedOnnxValue.CreateFromTensor("ids", ids), NamedOnnxValue.CreateFromTensor("mask", mask)];
    }

    private static InferenceSession Session(SentenceT5Encoder encoder)
    {
        using var options = new SessionOptions { IntraOpNumThreads = 1, InterOpNumThreads = 1 };
        var session = new InferenceSession(OnnxSentenceT5.Write(encoder, MaxTokens), options);
        Check(session, encoder);
        return session;
    }

    // A comparison of two different encoders would say nothing.
    private static void Check(InferenceSession session, SentenceT5Encoder encoder)
    {
        using var scope = NewDisposeScope();
        using var ungraded = no_grad();
        int[][] rows =
        [
            [5, 9, 200, 31, 1],
            [7, 1],
        ];
        using var batch = TokenBatch.Pad(rows, 0, CPU);
        var ours = encoder.Encode(batch.Ids, batch.Mask).data<float>().ToArray(); // [B · E]
        using var result = session.Run(Inputs(rows));
        var theirs = result[0].AsEnumerable<float>().ToArray();
        var difference = ours.Zip(theirs, (a, b) => Math.Abs(a - b)).Max();
        if (difference > 1e-4)
        {
            throw new InvalidOperationException($"The ONNX file gives other embeddings: they differ by {difference}.");
        }
    }

    /// <summary>An encoder of the size of T5-small with random weights.</summary>
    public static LatentEncoder Model(Device? device = null)
    {
        var tokenizer = TokenizerLoader.Default;
        using var generator = new Generator(1);
        var init = Initializer.From(generator);
        var shape = new SentenceT5Configuration
        {
            VocabularySize = tokenizer.VocabularySize,
            HiddenSize = 512,
            HeadSize = 64,
            FeedForwardSize = 2048,
            Layers = 6,
            Heads = 8,
            ProjectionSize = 768,
        };
        return new LatentEncoder(
            tokenizer,
            new SentenceT5Encoder(shape, init),
            new PosteriorHead(shape.EmbeddingSize, 32, init),
            MaxTokens,
            device ?? CPU
        );
    }

    /// <summary>GFLOP of encoding texts: two operations for each token and weight, the table aside.</summary>
    public static double Gigaflop(LatentEncoder encoder, IReadOnlyList<string> texts)
    {
        var weights = encoder
            .Encoder.Weights.parameters()
            .Where(weight => weight.dim() == 2 && weight.size(0) != encoder.Encoder.VocabularySize)
            .Sum(weight => weight.numel());
        return 2.0 * weights * texts.Sum(text => encoder.Tokenize(text).Ids.Length) / 1e9;
    }
}
