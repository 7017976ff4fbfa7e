using Microsoft.ML.LlamaVae.Decoder;
using Microsoft.ML.LlamaVae.Layers;
using TorchSharp;
using static Microsoft.ML.LlamaVae.Layers.Numbers;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Tests.Decoder;

/// <summary>Small random GPT-2s and LSTMs.</summary>
internal static class BaselineDecoders
{
    public static Gpt2Configuration Gpt2 { get; } =
        new()
        {
            VocabularySize = 23,
            HiddenSize = 12,
            FeedForwardSize = 20,
            Layers = 2,
            Heads = 3,
            MaxPositions = 24,
            InitializerRange = 0.5,
        };

    public static LstmDecoderConfiguration Lstm { get; } =
        new()
        {
            VocabularySize = 23,
            HiddenSize = 10,
            Layers = 2,
        };

    private static readonly Dictionary<string, IDecoderConfiguration> s_kinds = new(StringComparer.Ordinal)
    {
        ["GPT-2"] = Gpt2,
        ["GPT-2 with memory alone"] = Gpt2 with { AddsLatentToEmbeddings = false },
        ["GPT-2 with a head of its own"] = Gpt2 with { TieEmbeddings = false, NormEpsilon = 1e-2 },
        ["LSTM"] = Lstm,
        ["LSTM of one layer with a head of its own"] = Lstm with { Layers = 1, TieEmbeddings = false },
    };

    public static TheoryData<string> Kinds => [.. s_kinds.Keys];

    public static IMemoryDecoder Create(string kind) => Create(s_kinds[kind]);

    /// <summary>Random weights, norms and biases included.</summary>
    public static IMemoryDecoder Create(IDecoderConfiguration configuration)
    {
        using var scope = NewDisposeScope();
        using var ungraded = no_grad();
        using var generator = new Generator(1);
        var decoder = configuration.Build(Initializer.From(generator));
        foreach (var parameter in decoder.Weights.parameters())
        {
            parameter.add_(empty_like(parameter).normal_(0, 0.2, generator), Number(1));
        }

        return decoder;
    }

    /// <summary>[batch, L, 2, Hkv, slots, Dh], N(0, 1).</summary>
    public static Tensor Memory(IMemoryDecoder decoder, int batch, int slots, ulong seed = 2)
    {
        using var generator = new Generator(seed);
        var (layers, heads, size) = decoder.MemoryShape;
        return randn([batch, layers, 2, heads, slots, size], generator: generator);
    }

    /// <summary>[batch, length] ids.</summary>
    public static Tensor Ids(int batch, int length, ulong seed = 3)
    {
        using var generator = new Generator(seed);
        return randint(0, 23, [batch, length], int64, generator: generator);
    }
}
