using Microsoft.ML.LlamaVae.Checkpoints;
using Microsoft.ML.LlamaVae.Layers;

namespace Microsoft.ML.LlamaVae.Encoder;

/// <summary>The sizes of a sentence-T5: T5 v1.0 (ReLU) or v1.1 (gated GELU), pooling and projection.</summary>
public sealed record SentenceT5Configuration : IEncoderConfiguration
{
    /// <summary>V, <c>vocab_size</c>.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>H, <c>d_model</c>.</summary>
    public required int HiddenSize { get; init; }

    /// <summary>Dh, <c>d_kv</c>: size of an attention head.</summary>
    public required int HeadSize { get; init; }

    /// <summary>Width of the feed-forward part, <c>d_ff</c>.</summary>
    public required int FeedForwardSize { get; init; }

    /// <summary>Layers, <c>num_layers</c>.</summary>
    public required int Layers { get; init; }

    /// <summary>Attention heads, <c>num_heads</c>.</summary>
    public required int Heads { get; init; }

    /// <summary>Gated GELU (v1.1) instead of ReLU (v1.0), <c>feed_forward_proj</c>.</summary>
    public bool IsGated { get; init; }

    /// <summary>Buckets of relative positions, <c>relative_attention_num_buckets</c>.</summary>
    /// <value>32 by default.</value>
    public int RelativePositionBuckets { get; init; } = 32;

    /// <summary>Distances from here on share the last bucket, <c>relative_attention_max_distance</c>.</summary>
    /// <value>128 by default.</value>
    public int RelativePositionMaxDistance { get; init; } = 128;

    /// <summary>ε of the norms, <c>layer_norm_epsilon</c>.</summary>
    /// <value>1e-6 by default.</value>
    public double NormEpsilon { get; init; } = 1e-6;

    /// <summary>How the hidden states become one vector, <c>1_Pooling</c>.</summary>
    /// <value>The mean by default.</value>
    public T5Pooling Pooling { get; init; }

    /// <summary>Output size of <c>2_Dense</c>; null where there is no projection.</summary>
    public int? ProjectionSize { get; init; }

    /// <summary>The projection has a bias.</summary>
    public bool ProjectionBias { get; init; }

    /// <summary>The projection ends in tanh instead of the identity.</summary>
    public bool ProjectionTanh { get; init; }

    /// <summary>The embedding is scaled to unit length, <c>3_Normalize</c>.</summary>
    /// <value>true by default.</value>
    public bool Normalize { get; init; } = true;

    /// <summary>E, the size of a sentence embedding.</summary>
    public int EmbeddingSize => ProjectionSize ?? HiddenSize;

    /// <summary>Reads the configuration files of a sentence-transformers folder; a plain T5 folder has no projection and is normalised.</summary>
    /// <exception cref="FileNotFoundException">A file is missing.</exception>
    /// <exception cref="InvalidDataException">It isn't a T5, or a part of it isn't supported; names the key.</exception>
    public static SentenceT5Configuration FromFolder(string folder) => SentenceT5Folder.Open(folder).Configuration;

    internal static SentenceT5Configuration FromConfig(ConfigJson config)
    {
        var type = config.String("model_type", "t5");
        if (type != "t5")
        {
            throw config.Error($"the model type is '{type}'; the encoder must be a 't5' (T5 v1.0, v1.1, sentence-T5).");
        }

        var projection = config.String("feed_forward_proj", "relu");
        var configuration = new SentenceT5Configuration
        {
            VocabularySize = config.Int("vocab_size"),
            HiddenSize = config.Int("d_model"),
            HeadSize = config.Int("d_kv"),
            FeedForwardSize = config.Int("d_ff"),
            Layers = config.Int("num_layers"),
            Heads = config.Int("num_heads"),
            IsGated = projection switch
            {
                "relu" => false,
                "gated-gelu" => true,
                _ => throw config.Error(
                    $"'feed_forward_proj' is '{projection}'; supported are 'relu' and 'gated-gelu'."
                ),
            },
            RelativePositionBuckets = config.Int("relative_attention_num_buckets", 32),
            RelativePositionMaxDistance = config.Int("relative_attention_max_distance", 128),
            NormEpsilon = config.Double("layer_norm_epsilon", 1e-6),
        };
        try
        {
            configuration.Validate();
            return configuration;
        }
        catch (ArgumentOutOfRangeException e)
        {
            throw config.Error($"a size is out of its range: {e.Message}");
        }
    }

    /// <summary>Checks the sizes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A size isn't positive.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(VocabularySize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(HiddenSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(HeadSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(FeedForwardSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Layers, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Heads, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(RelativePositionBuckets, 4);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(RelativePositionMaxDistance, RelativePositionBuckets / 4);
        ArgumentOutOfRangeException.ThrowIfLessThan(EmbeddingSize, 1);
    }

    IEncoderConfiguration IEncoderConfiguration.WithVocabulary(int size) => this with { VocabularySize = size };

    IEncoderConfiguration IEncoderConfiguration.Scaled(double factor) =>
        this with
        {
            FeedForwardSize = Math.Max(1, (int)Math.Round(FeedForwardSize * factor)),
        };

    ISentenceEncoder IEncoderConfiguration.Build(Initializer init, TokenEmbedding? shared) =>
        new SentenceT5Encoder(this, init, shared);
}
