using Microsoft.ML.LlamaVae.Checkpoints;
using Microsoft.ML.LlamaVae.Layers;

namespace Microsoft.ML.LlamaVae.Encoder;

/// <summary>The sizes of a BERT (Devlin et al. 2019) and how it makes one vector of a sentence.</summary>
public sealed record BertConfiguration : IEncoderConfiguration
{
    /// <summary>V, <c>vocab_size</c>.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>H, <c>hidden_size</c>; also the size of a sentence embedding.</summary>
    public required int HiddenSize { get; init; }

    /// <summary>Width of the feed-forward part, <c>intermediate_size</c>.</summary>
    public required int FeedForwardSize { get; init; }

    /// <summary>Layers, <c>num_hidden_layers</c>.</summary>
    public required int Layers { get; init; }

    /// <summary>Attention heads, <c>num_attention_heads</c>: a divisor of H.</summary>
    public required int Heads { get; init; }

    /// <summary>The longest text, marks included: rows of the position table, <c>max_position_embeddings</c>.</summary>
    /// <value>512 by default.</value>
    public int MaxPositions { get; init; } = 512;

    /// <summary>Rows of the segment table, <c>type_vocab_size</c>; a sentence is segment 0.</summary>
    /// <value>2 by default.</value>
    public int SegmentTypes { get; init; } = 2;

    /// <summary>ε of the norms, <c>layer_norm_eps</c>.</summary>
    /// <value>1e-12 by default.</value>
    public double NormEpsilon { get; init; } = 1e-12;

    /// <summary>The tanh approximation of GELU instead of the exact one, <c>hidden_act</c>.</summary>
    public bool TanhGelu { get; init; }

    /// <summary>Standard deviation of embeddings made from scratch, <c>initializer_range</c>.</summary>
    /// <value>0.02 by default.</value>
    public double InitializerRange { get; init; } = 0.02;

    /// <summary>How the sentence embedding is made.</summary>
    /// <value>The pooler by default, as in Optimus.</value>
    public BertPooling Pooling { get; init; }

    /// <summary>The embedding is scaled to unit length, which is what the posterior head expects.</summary>
    /// <value>true by default.</value>
    public bool Normalize { get; init; } = true;

    /// <summary>Reads <c>config.json</c> of a HuggingFace folder, and <c>1_Pooling/config.json</c> where sentence-transformers left one.</summary>
    /// <exception cref="FileNotFoundException">There is none.</exception>
    /// <exception cref="InvalidDataException">It isn't a BERT, or a part of it isn't supported; names the key.</exception>
    public static BertConfiguration FromFolder(string folder)
    {
        var config = ConfigJson.Open(Path.Combine(folder, "config.json"));
        if (config.String("model_type", "bert") is not "bert" and var type)
        {
            throw config.Error($"the model type is '{type}'; expected 'bert'.");
        }

        if (config.String("position_embedding_type", "absolute") is not "absolute" and var positions)
        {
            throw config.Error($"'position_embedding_type' is '{positions}'; supported is 'absolute'.");
        }

        var configuration = new BertConfiguration
        {
            VocabularySize = config.Int("vocab_size"),
            HiddenSize = config.Int("hidden_size"),
            FeedForwardSize = config.Int("intermediate_size"),
            Layers = config.Int("num_hidden_layers"),
            Heads = config.Int("num_attention_heads"),
            MaxPositions = config.Int("max_position_embeddings", 512),
            SegmentTypes = config.Int("type_vocab_size", 2),
            NormEpsilon = config.Double("layer_norm_eps", 1e-12),
            InitializerRange = config.Double("initializer_range", 0.02),
            Pooling = PoolingOf(Path.Combine(folder, "1_Pooling", "config.json")),
            TanhGelu = config.String("hidden_act", "gelu") switch
            {
                "gelu" => false,
                "gelu_new" or "gelu_pytorch_tanh" => true,
                var activation => throw config.Error(
                    $"'hidden_act' is '{activation}'; supported are 'gelu' and 'gelu_new'."
                ),
            },
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

    private static BertPooling PoolingOf(string file)
    {
        if (!File.Exists(file))
        {
            return BertPooling.Pooler;
        }

        var config = ConfigJson.Open(file);
        string[] modes = [.. config.TrueKeys().Where(key => key.StartsWith("pooling_mode_", StringComparison.Ordinal))];
        return modes switch
        {
            ["pooling_mode_cls_token"] => BertPooling.ClassToken,
            ["pooling_mode_mean_tokens"] => BertPooling.Mean,
            _ => throw config.Error(
                $"the pooling is {string.Join(" and ", modes)}; supported are pooling_mode_cls_token and pooling_mode_mean_tokens."
            ),
        };
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
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxPositions, 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(SegmentTypes, 1);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(NormEpsilon);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(InitializerRange);
        if (HiddenSize % Heads != 0)
        {
            throw new ArgumentException(
                $"{Heads} heads cannot share a width of {HiddenSize} evenly; Heads must divide HiddenSize."
            );
        }
    }

    IEncoderConfiguration IEncoderConfiguration.WithVocabulary(int size) => this with { VocabularySize = size };

    IEncoderConfiguration IEncoderConfiguration.Scaled(double factor) =>
        this with
        {
            FeedForwardSize = Math.Max(1, (int)Math.Round(FeedForwardSize * factor)),
        };

    ISentenceEncoder IEncoderConfiguration.Build(Initializer init, TokenEmbedding? shared) =>
        new BertEncoder(this, init, shared);
}
