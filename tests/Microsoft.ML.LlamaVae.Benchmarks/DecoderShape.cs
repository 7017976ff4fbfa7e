using Microsoft.ML.LlamaVae.Decoder;

namespace Microsoft.ML.LlamaVae.Benchmarks;

/// <summary>A decoder's sizes, with what its work costs.</summary>
internal sealed record DecoderShape(string Name, LlamaConfiguration Configuration)
{
    public static DecoderShape Small { get; } =
        new(
            "512 x 8",
            new LlamaConfiguration
            {
                VocabularySize = 32_000,
                HiddenSize = 512,
                FeedForwardSize = 1376,
                Layers = 8,
                Heads = 8,
                KeyValueHeads = 8,
                HeadSize = 64,
            }
        );

    public static DecoderShape TinyLlama { get; } =
        new(
            "TinyLlama",
            new LlamaConfiguration
            {
                VocabularySize = 32_000,
                HiddenSize = 2048,
                FeedForwardSize = 5632,
                Layers = 22,
                Heads = 32,
                KeyValueHeads = 4,
                HeadSize = 64,
            }
        );

    /// <summary>For the rehearsal of the GPU's table on a CPU.</summary>
    public static DecoderShape Rehearsal { get; } =
        new(
            "64 x 2",
            new LlamaConfiguration
            {
                VocabularySize = 8000,
                HiddenSize = 64,
                FeedForwardSize = 176,
                Layers = 2,
                Heads = 4,
                KeyValueHeads = 2,
                HeadSize = 16,
            }
        );

    private long LayerWeights =>
        Configuration.Layers
        * (long)Configuration.HiddenSize
        * (
            Configuration.HeadSize * 2L * (Configuration.Heads + Configuration.KeyValueHeads)
            + 3L * Configuration.FeedForwardSize
        );

    private long HeadWeights => (long)Configuration.VocabularySize * Configuration.HiddenSize;

    /// <summary>GB of weights that one step reads; the embedding table is looked up, not read.</summary>
    public double GigabytesPerStep => 4 * (LayerWeights + HeadWeights) / 1e9;

    /// <summary>GFLOP of a token in a prefill, whose head runs on the last token only.</summary>
    public double GigaflopPerPrefillToken => 2 * LayerWeights / 1e9;
}
