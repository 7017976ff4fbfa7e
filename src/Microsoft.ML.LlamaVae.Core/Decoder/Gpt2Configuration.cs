using Microsoft.ML.LlamaVae.Checkpoints;
using Microsoft.ML.LlamaVae.Layers;

namespace Microsoft.ML.LlamaVae.Decoder;

/// <summary>The sizes of a GPT-2 (Radford et al. 2019; also DistilGPT-2).</summary>
public sealed record Gpt2Configuration : IDecoderConfiguration
{
    /// <summary>V, <c>vocab_size</c>.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>H, <c>n_embd</c>.</summary>
    public required int HiddenSize { get; init; }

    /// <summary>Width of the feed-forward part, <c>n_inner</c>; GPT-2's own is 4 H.</summary>
    public required int FeedForwardSize { get; init; }

    /// <summary>L, <c>n_layer</c>.</summary>
    public required int Layers { get; init; }

    /// <summary>Attention heads, <c>n_head</c>: a divisor of H.</summary>
    public required int Heads { get; init; }

    /// <summary>The longest text, memory slots included: rows of the position table, <c>n_positions</c>.</summary>
    /// <value>1,024 by default.</value>
    public int MaxPositions { get; init; } = 1024;

    /// <summary>ε of the norms, <c>layer_norm_epsilon</c>.</summary>
    /// <value>1e-5 by default.</value>
    public double NormEpsilon { get; init; } = 1e-5;

    /// <summary>The head shares the embeddings' weights, <c>tie_word_embeddings</c>.</summary>
    /// <value>true by default.</value>
    public bool TieEmbeddings { get; init; } = true;

    /// <summary>Standard deviation of embeddings made from scratch, <c>initializer_range</c>; also the initial scale of the latent embedding.</summary>
    /// <value>0.02 by default.</value>
    public double InitializerRange { get; init; } = 0.02;

    /// <summary>
    /// Optimus' second injection: besides the memory in every layer, an embedding of the latent is added to the embedding
    /// of every token. The memory then has one more layer, the first, for it.
    /// </summary>
    /// <value>true by default.</value>
    public bool AddsLatentToEmbeddings { get; init; } = true;

    /// <summary>Tokens that end a text, <c>eos_token_id</c>.</summary>
    /// <value>Empty by default: the tokenizer's alone.</value>
    public IReadOnlyList<int> EndTokens { get; init; } = [];

    /// <summary>Dh.</summary>
    public int HeadSize => HiddenSize / Heads;

    /// <summary>Reads <c>config.json</c> of a HuggingFace folder.</summary>
    /// <exception cref="FileNotFoundException">There is none.</exception>
    /// <exception cref="InvalidDataException">It isn't a GPT-2, or a part of it isn't supported; names the key.</exception>
    public static Gpt2Configuration FromFolder(string folder)
    {
        var config = ConfigJson.Open(Path.Combine(folder, "config.json"));
        Check(config);
        var hidden = config.Int("n_embd");
        var configuration = new Gpt2Configuration
        {
            VocabularySize = config.Int("vocab_size"),
            HiddenSize = hidden,
            FeedForwardSize = config.Int("n_inner", 4 * hidden),
            Layers = config.Int("n_layer"),
            Heads = config.Int("n_head"),
            MaxPositions = config.Int("n_positions", config.Int("n_ctx", 1024)),
            NormEpsilon = config.Double("layer_norm_epsilon", 1e-5),
            TieEmbeddings = config.Bool("tie_word_embeddings", true),
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

    private static void Check(ConfigJson config)
    {
        if (config.String("model_type", "gpt2") is not "gpt2" and var type)
        {
            throw config.Error($"the model type is '{type}'; expected 'gpt2'.");
        }

        if (
            config.String("activation_function", "gelu_new")
            is not ("gelu_new" or "gelu_pytorch_tanh")
                and var activation
        )
        {
            throw config.Error($"'activation_function' is '{activation}'; supported is 'gelu_new', GPT-2's own.");
        }

        if (!config.Bool("scale_attn_weights", true) || config.Bool("scale_attn_by_inverse_layer_idx", false))
        {
            throw config.Error(
                "'scale_attn_weights' must be true and 'scale_attn_by_inverse_layer_idx' false, as in GPT-2."
            );
        }
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
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxPositions, 1);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(NormEpsilon);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(InitializerRange);
        if (HiddenSize % Heads != 0)
        {
            throw new ArgumentException(
                $"{Heads} heads cannot share a width of {HiddenSize} evenly; Heads must divide HiddenSize."
            );
        }
    }

    IDecoderConfiguration IDecoderConfiguration.WithVocabulary(int size) => this with { VocabularySize = size };

    IDecoderConfiguration IDecoderConfiguration.Scaled(double factor) =>
        this with
        {
            FeedForwardSize = Math.Max(1, (int)Math.Round(FeedForwardSize * factor)),
        };

    IMemoryDecoder IDecoderConfiguration.Build(Initializer init) => new Gpt2Decoder(this, init);
}
