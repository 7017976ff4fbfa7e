using Microsoft.ML.LlamaVae.Checkpoints;
using Microsoft.ML.LlamaVae.Layers;
using Microsoft.ML.LlamaVae.Native;
using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Encoder;

/// <summary>BERT (Devlin et al. 2019), the encoder of Optimus: one vector by its pooler, its [CLS] token or the mean, of unit length. No dropout.</summary>
/// <remarks>
/// Letters: B batch, S tokens, H width, which is E, the sentence-embedding size. Positions are counted from the left: rows
/// are padded on the right. Weights carry the names of the checkpoint.
/// </remarks>
public sealed class BertEncoder : nn.Module, ISentenceEncoder
{
    private const string Prefix = "bert.";

    [ComponentName(Name = "embeddings")]
    private readonly BertEmbeddings _embeddings;

    [ComponentName(Name = "encoder")]
    private readonly BertStack _stack;

    [ComponentName(Name = "pooler")]
    private readonly BertDense? _pooler;

    internal BertEncoder(BertConfiguration configuration, Initializer init, TokenEmbedding? shared = null)
        : base(nameof(BertEncoder))
    {
        TorchBackend.EnsureLoaded();
        configuration.Validate();
        Configuration = configuration;
        _embeddings = new BertEmbeddings(configuration, init, shared);
        _stack = new BertStack(configuration, init);
        _pooler =
            configuration.Pooling == BertPooling.Pooler
                ? new BertDense(configuration.HiddenSize, configuration.HiddenSize, init)
                : null;
        RegisterComponents();
    }

    /// <summary>An encoder with random weights.</summary>
    /// <param name="configuration">Its sizes.</param>
    /// <param name="generator">Draws the weights; nothing global is drawn from.</param>
    public static BertEncoder Create(BertConfiguration configuration, Generator generator) =>
        new(configuration, Initializer.From(generator));

    /// <summary>An encoder with the weights of a HuggingFace or sentence-transformers folder.</summary>
    /// <param name="folder">
    /// Holds config.json and safetensors, single or sharded. The pooling is that of 1_Pooling where there is one, else the
    /// pooler, or [CLS] where the checkpoint has no pooler.
    /// </param>
    /// <param name="dtype">Type of the weights in memory.</param>
    /// <param name="progress">Told the part that is loaded, in [0, 1].</param>
    /// <param name="cancellationToken">Stops between two tensors.</param>
    /// <exception cref="FileNotFoundException">A file is missing.</exception>
    /// <exception cref="InvalidDataException">A file is broken, of another architecture, or a PyTorch pickle.</exception>
    public static BertEncoder Load(
        string folder,
        ScalarType dtype = ScalarType.Float32,
        IProgress<double>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        var configuration = BertConfiguration.FromFolder(folder);
        using var checkpoint = CheckpointFolder.Open(folder);
        var prefix = checkpoint.Contains(Prefix + "embeddings.word_embeddings.weight") ? Prefix : "";
        if (configuration.Pooling == BertPooling.Pooler && !checkpoint.Contains(prefix + "pooler.dense.weight"))
        {
            configuration = configuration with { Pooling = BertPooling.ClassToken };
        }

        var encoder = new BertEncoder(configuration, Initializer.Unset);
        try
        {
            encoder.to(dtype);
            WeightLoader.Load(
                [.. encoder.state_dict().Select(weight => (NameIn(checkpoint, prefix + weight.Key), weight.Value))],
                checkpoint,
                // Position numbers, an unused pooler, the heads of pre-training.
                name => !name.StartsWith(prefix + "encoder.", StringComparison.Ordinal),
                progress,
                cancellationToken
            );
            return encoder;
        }
        catch
        {
            encoder.Dispose();
            throw;
        }
    }

    // The first checkpoints call weight and bias of a norm gamma and beta.
    private static string NameIn(CheckpointFolder checkpoint, string name)
    {
        var old = name.Replace("LayerNorm.weight", "LayerNorm.gamma", StringComparison.Ordinal)
            .Replace("LayerNorm.bias", "LayerNorm.beta", StringComparison.Ordinal);
        return checkpoint.Contains(name) ? name
            : checkpoint.Contains(old) ? old
            : name;
    }

    /// <summary>Its sizes.</summary>
    public BertConfiguration Configuration { get; }

    /// <inheritdoc/>
    public int EmbeddingSize => Configuration.HiddenSize;

    /// <inheritdoc/>
    public int VocabularySize => Configuration.VocabularySize;

    /// <summary>true: a text begins with [CLS].</summary>
    public bool BeginsWithBos => true;

    /// <inheritdoc/>
    public nn.Module Weights => this;

    /// <summary>Hidden states of the last layer [B, S, H]; what stands at padding means nothing.</summary>
    /// <param name="ids">[B, S], int64.</param>
    /// <param name="mask">[B, S], bool.</param>
    /// <returns>The caller owns it.</returns>
    /// <exception cref="ArgumentOutOfRangeException">S is more than the position table has rows.</exception>
    public Tensor Hidden(Tensor ids, Tensor mask)
    {
        ArgumentNullException.ThrowIfNull(ids);
        ArgumentNullException.ThrowIfNull(mask);
        if (ids.size(1) > Configuration.MaxPositions)
        {
            throw new ArgumentOutOfRangeException(
                nameof(ids),
                ids.size(1),
                $"{ids.size(1)} tokens exceed the encoder's {Configuration.MaxPositions} positions; lower MaxTokens or choose an encoder with more."
            );
        }

        using var scope = NewDisposeScope();
        var places = TokenPlaces.Of(mask);
        var x = places.Gather(_embeddings.call(ids)); // [N, H]
        return places.Spread(_stack.Forward(x, places, mask)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public Tensor Encode(Tensor ids, Tensor mask)
    {
        using var scope = NewDisposeScope();
        var hidden = Hidden(ids, mask); // [B, S, H]
        var h = Configuration.Pooling switch // [B, H]
        {
            BertPooling.Mean => SentencePooling.Mean(hidden, mask),
            BertPooling.ClassToken => hidden.select(1, 0),
            _ => _pooler!.call(hidden.select(1, 0)).tanh(),
        };
        h = Configuration.Normalize ? nn.functional.normalize(h, p: 2, dim: 1) : h;
        return h.MoveToOuterDisposeScope();
    }
}
