using Microsoft.ML.Data;
using Microsoft.ML.LlamaVae.Decoder;
using Microsoft.ML.LlamaVae.Generation;
using Microsoft.ML.LlamaVae.Layers;
using Microsoft.ML.LlamaVae.Tokenization;
using Microsoft.ML.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Benchmarks;

/// <summary>Many latents to texts of realistic lengths: static batches, continuous batches, and both through ML.NET.</summary>
internal static class Generating
{
    private const int Latents = 2000;
    private const int LatentSize = 32;

    private sealed class Row
    {
        [VectorType(LatentSize)]
        public float[] Latent { get; set; } = [];
    }

    public static IReadOnlyList<Benchmarks.Row> Measure(int rounds)
    {
        var lengths = Workload.Lengths(Latents, most: 64);
        using var inTurn = Model(lengths, canRestart: false);
        using var continuous = new Shared<LatentDecoder>(Model(lengths, canRestart: true));
        using var generator = new Generator(1);
        using var z = empty(Latents, LatentSize).normal_(0, 1, generator);
        var options = new GenerationOptions { MaxTokens = 64 };

        var ml = new MLContext(seed: 1);
        var rows = z.data<float>().ToArray().Chunk(LatentSize).Select(latent => new Row { Latent = latent }).ToArray();
        var data = ml.Data.LoadFromEnumerable(rows);
        using var transformer = LatentToTextTransformer
            .Estimator(ml, "Text", "Latent", continuous, options, samplesPerRow: 1)
            .Fit(data);
        const string bare = "2,000 latents: continuous batches";
        const string whole = "2,000 latents: static batches that stay whole";
        using var weights = new Generator(1);
        using var decoder = new LlamaDecoder(Shape, Initializer.From(weights));
        return new Contest(rounds)
            .Add(whole, "texts/s", () => StayWhole(decoder, lengths))
            .Add(
                "2,000 latents: static batches that finished texts leave",
                "texts/s",
                () => inTurn.Decode(z, options).Count,
                whole
            )
            .Add(bare, "texts/s", () => continuous.Value.Decode(z, options).Count, whole)
            .Add(
                "2,000 latents: through ML.NET",
                "texts/s",
                () => transformer.Transform(data).GetColumn<string>("Text").Count(),
                bare
            )
            .Run();
    }

    private static LlamaConfiguration Shape =>
        DecoderShape.Small.Configuration with
        {
            VocabularySize = TokenizerLoader.Default.VocabularySize,
            Layers = 4,
        };

    // The steps alone, each batch to the end of its longest text: nothing is chosen, no text is made.
    private static double StayWhole(LlamaDecoder decoder, int[] lengths) =>
        lengths
            .Chunk(TextGenerator.DefaultPlaces)
            .Sum(batch =>
            {
                Decoding.Generate(decoder, batch.Length, batch.Max());
                return batch.Length;
            });

    private static LatentDecoder Model(int[] lengths, bool canRestart)
    {
        using var generator = new Generator(1);
        var shape = DecoderShape.Small.Configuration with
        {
            VocabularySize = TokenizerLoader.Default.VocabularySize,
            Layers = 4,
        };
        return Model(LlamaDecoder.Create(shape, generator), lengths, canRestart, CPU);
    }

    /// <summary>A decoder whose texts end at these lengths; it owns the one that it is made of.</summary>
    public static LatentDecoder Model(LlamaDecoder decoder, int[] lengths, bool canRestart, Device device)
    {
        var tokenizer = TokenizerLoader.Default;
        using var generator = new Generator(2);
        return new LatentDecoder(
            tokenizer,
            new LatentMemory(LatentSize, decoder.MemoryShape, slots: 1, hiddenSize: null, Initializer.From(generator)),
            new ScheduledDecoder(decoder, tokenizer.SpecialTokens.Eos!.Value, lengths, canRestart),
            maxTokens: 64,
            device
        );
    }
}
