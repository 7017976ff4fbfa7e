using Microsoft.ML.LlamaVae.Decoder;
using TorchSharp;
using static Microsoft.ML.LlamaVae.Layers.Numbers;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Tests.Decoder;

/// <summary>Small random LLaMAs, one of each kind of the architecture.</summary>
internal static class TinyLlamas
{
    public static LlamaConfiguration Grouped { get; } =
        new()
        {
            VocabularySize = 23,
            HiddenSize = 16,
            FeedForwardSize = 20,
            Layers = 2,
            Heads = 4,
            KeyValueHeads = 2,
            HeadSize = 4,
            MaxPositions = 64,
            InitializerRange = 0.5,
        };

    private static readonly Dictionary<string, LlamaConfiguration> s_kinds = new(StringComparer.Ordinal)
    {
        ["grouped"] = Grouped,
        ["a head each"] = Grouped with { KeyValueHeads = 4 },
        ["one head for all"] = Grouped with { KeyValueHeads = 1 },
        ["tied"] = Grouped with { TieEmbeddings = true },
        ["biased"] = Grouped with { AttentionBias = true, FeedForwardBias = true },
        ["wide heads"] = Grouped with { HeadSize = 6, NormEpsilon = 1e-2 },
        ["linear"] = Grouped with
        {
            RopeScaling = new RopeScaling { Kind = RopeScalingKind.Linear, Factor = 4 },
        },
        ["llama3"] = Grouped with
        {
            HeadSize = 12,
            RopeTheta = 500,
            RopeScaling = new RopeScaling
            {
                Kind = RopeScalingKind.Llama3,
                Factor = 8,
                LowFrequencyFactor = 1,
                HighFrequencyFactor = 4,
                OriginalMaxPositions = 100,
            },
        },
    };

    public static TheoryData<string> Kinds => [.. s_kinds.Keys];

    public static LlamaConfiguration Of(string kind) => s_kinds[kind];

    /// <summary>Random weights, norms and biases included.</summary>
    public static LlamaDecoder Create(LlamaConfiguration configuration, ulong seed = 1)
    {
        using var scope = NewDisposeScope();
        using var ungraded = no_grad();
        using var generator = new Generator(seed);
        var decoder = LlamaDecoder.Create(configuration, generator);
        foreach (var parameter in decoder.parameters())
        {
            parameter.add_(empty_like(parameter).normal_(0, 0.2, generator), Number(1));
        }

        return decoder;
    }

    /// <summary>[batch, L, 2, Hkv, slots, Dh], N(0, 1).</summary>
    public static Tensor Memory(LlamaConfiguration c, int batch, int slots, ulong seed = 2)
    {
        using var generator = new Generator(seed);
        return randn([batch, c.Layers, 2, c.KeyValueHeads, slots, c.HeadSize], generator: generator);
    }

    /// <summary>[batch, length] ids.</summary>
    public static Tensor Ids(LlamaConfiguration c, int batch, int length, ulong seed = 3)
    {
        using var generator = new Generator(seed);
        return randint(0, c.VocabularySize, [batch, length], int64, generator: generator);
    }

    public static double Difference(Tensor a, Tensor b)
    {
        using var scope = NewDisposeScope();
        Assert.Equal(a.shape, b.shape);
        return (a.detach().to(float64) - b.detach().to(float64)).abs().max().item<double>();
    }
}
