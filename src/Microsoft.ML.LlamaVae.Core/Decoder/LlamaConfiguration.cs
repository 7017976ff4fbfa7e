using Microsoft.ML.LlamaVae.Checkpoints;
using Microsoft.ML.LlamaVae.Layers;

namespace Microsoft.ML.LlamaVae.Decoder;

/// <summary>The sizes of a LLaMA: LLaMA 1, 2, 3.x and what shares the architecture (TinyLlama, SmolLM).</summary>
public sealed record LlamaConfiguration : IDecoderConfiguration
{
    /// <summary>V, <c>vocab_size</c>.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>H, <c>hidden_size</c>.</summary>
    public required int HiddenSize { get; init; }

    /// <summary>Width of the feed-forward part, <c>intermediate_size</c>.</summary>
    public required int FeedForwardSize { get; init; }

    /// <summary>L, <c>num_hidden_layers</c>.</summary>
    public required int Layers { get; init; }

    /// <summary>Hq, <c>num_attention_heads</c>.</summary>
    public required int Heads { get; init; }

    /// <summary>Hkv, <c>num_key_value_heads</c>: a divisor of Hq.</summary>
    public required int KeyValueHeads { get; init; }

    /// <summary>Dh, <c>head_dim</c>.</summary>
    public required int HeadSize { get; init; }

    /// <summary>ε of the norms, <c>rms_norm_eps</c>.</summary>
    /// <value>1e-5 by default.</value>
    public double NormEpsilon { get; init; } = 1e-5;

    /// <summary>Base of the rotary frequencies, <c>rope_theta</c>.</summary>
    /// <value>10,000 by default.</value>
    public double RopeTheta { get; init; } = 10_000;

    /// <summary>Stretching of the positions, <c>rope_scaling</c>.</summary>
    public RopeScaling RopeScaling { get; init; } = new();

    /// <summary>The longest text, memory slots included, <c>max_position_embeddings</c>.</summary>
    /// <value>2,048 by default.</value>
    public int MaxPositions { get; init; } = 2048;

    /// <summary>The head shares the embeddings' weights, <c>tie_word_embeddings</c>.</summary>
    public bool TieEmbeddings { get; init; }

    /// <summary>The attention's projections have biases, <c>attention_bias</c>.</summary>
    public bool AttentionBias { get; init; }

    /// <summary>The feed-forward projections have biases, <c>mlp_bias</c>.</summary>
    public bool FeedForwardBias { get; init; }

    /// <summary>Standard deviation of embeddings made from scratch, <c>initializer_range</c>.</summary>
    /// <value>0.02 by default.</value>
    public double InitializerRange { get; init; } = 0.02;

    /// <summary>Tokens that end a text, <c>eos_token_id</c>: some checkpoints name several.</summary>
    /// <value>Empty by default: the tokenizer's alone.</value>
    public IReadOnlyList<int> EndTokens { get; init; } = [];

    /// <summary>Reads <c>config.json</c> of a HuggingFace folder.</summary>
    /// <exception cref="FileNotFoundException">There is none.</exception>
    /// <exception cref="InvalidDataException">It isn't a LLaMA, or a part of it isn't supported; names the key.</exception>
    public static LlamaConfiguration FromFolder(string folder)
    {
        var config = ConfigJson.Open(Path.Combine(folder, "config.json"));
        var type = config.String("model_type", "llama");
        if (type != "llama")
        {
            throw config.Error(
                $"the model type is '{type}'; the decoder must be a 'llama' (LLaMA 1 to 3.x, TinyLlama, SmolLM)."
            );
        }

        if (config.String("hidden_act", "silu") is not ("silu" or "swish") and var activation)
        {
            throw config.Error($"'hidden_act' is '{activation}'; LLaMA uses 'silu'.");
        }

        var heads = config.Int("num_attention_heads");
        var configuration = new LlamaConfiguration
        {
            VocabularySize = config.Int("vocab_size"),
            HiddenSize = config.Int("hidden_size"),
            FeedForwardSize = config.Int("intermediate_size"),
            Layers = config.Int("num_hidden_layers"),
            Heads = heads,
            KeyValueHeads = config.Int("num_key_value_heads", heads),
            HeadSize = config.Int("head_dim", config.Int("hidden_size") / Math.Max(1, heads)),
            NormEpsilon = config.Double("rms_norm_eps", 1e-6),
            RopeTheta = ReadTheta(config),
            RopeScaling = ReadScaling(config),
            MaxPositions = config.Int("max_position_embeddings", 2048),
            TieEmbeddings = config.Bool("tie_word_embeddings", false),
            AttentionBias = config.Bool("attention_bias", false),
            FeedForwardBias = config.Bool("mlp_bias", false),
            InitializerRange = config.Double("initializer_range", 0.02),
            EndTokens = config.Ints("eos_token_id"),
        };
        try
        {
            configuration.Validate();
        }
        catch (ArgumentException e)
        {
            throw config.Error(e.Message);
        }

        return configuration;
    }

    /// <summary>Checks that the sizes fit together.</summary>
    /// <exception cref="ArgumentException">They don't; names what and why.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(VocabularySize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(HiddenSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(FeedForwardSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Layers, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Heads, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(KeyValueHeads, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxPositions, 1);
        CheckPositive(NormEpsilon, nameof(NormEpsilon));
        CheckPositive(RopeTheta, nameof(RopeTheta));
        CheckPositive(RopeScaling.Factor, "RopeScaling.Factor");
        if (Heads % KeyValueHeads != 0)
        {
            throw new ArgumentException(
                $"{Heads} query heads cannot share {KeyValueHeads} key-value heads evenly; KeyValueHeads must divide Heads."
            );
        }

        if (
            RopeScaling.Kind == RopeScalingKind.Llama3
            && !(RopeScaling.HighFrequencyFactor > RopeScaling.LowFrequencyFactor)
        )
        {
            throw new ArgumentException(
                $"RopeScaling.HighFrequencyFactor must be above LowFrequencyFactor; got {RopeScaling.HighFrequencyFactor} and {RopeScaling.LowFrequencyFactor}."
            );
        }

        if (HeadSize < 2 || HeadSize % 2 != 0)
        {
            throw new ArgumentException($"HeadSize must be even for rotary positions; got {HeadSize}.");
        }
    }

    IDecoderConfiguration IDecoderConfiguration.WithVocabulary(int size) => this with { VocabularySize = size };

    IDecoderConfiguration IDecoderConfiguration.Scaled(double factor) =>
        this with
        {
            FeedForwardSize = Math.Max(1, (int)Math.Round(FeedForwardSize * factor)),
        };

    IMemoryDecoder IDecoderConfiguration.Build(Initializer init) => new LlamaDecoder(this, init);

    private static void CheckPositive(double value, string name)
    {
        if (!(value > 0 && double.IsFinite(value)))
        {
            throw new ArgumentOutOfRangeException(name, value, $"{name} must be a number above 0.");
        }
    }

    // Newer files keep theta beside the scaling, in rope_parameters.
    private static double ReadTheta(ConfigJson config)
    {
        var rope = config.Object("rope_parameters");
        return (rope?.Has("rope_theta") == true ? rope : config).Double("rope_theta", 10_000);
    }

    private static RopeScaling ReadScaling(ConfigJson config)
    {
        var scaling = config.Object("rope_scaling") ?? config.Object("rope_parameters");
        return scaling?.String("rope_type", scaling.String("type", "default")) switch
        {
            null or "default" => new RopeScaling(),
            "linear" => new RopeScaling { Kind = RopeScalingKind.Linear, Factor = scaling.Double("factor") },
            "llama3" => new RopeScaling
            {
                Kind = RopeScalingKind.Llama3,
                Factor = scaling.Double("factor"),
                LowFrequencyFactor = scaling.Double("low_freq_factor"),
                HighFrequencyFactor = scaling.Double("high_freq_factor"),
                OriginalMaxPositions = scaling.Int("original_max_position_embeddings"),
            },
            var kind => throw scaling.Error(
                $"the kind '{kind}' is not supported; supported are default, linear and llama3."
            ),
        };
    }
}
