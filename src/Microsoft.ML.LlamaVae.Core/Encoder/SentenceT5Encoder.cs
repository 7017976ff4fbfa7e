using Microsoft.ML.LlamaVae.Checkpoints;
using Microsoft.ML.LlamaVae.Layers;
using Microsoft.ML.LlamaVae.Native;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using Linear = Microsoft.ML.LlamaVae.Layers.Linear;

namespace Microsoft.ML.LlamaVae.Encoder;

/// <summary>Sentence-T5 (Ni et al. 2022): the T5 encoder, pooling, a projection, unit length.</summary>
/// <remarks>Letters: B batch, S tokens, H width, E sentence-embedding size. Weights carry the names of the checkpoint.</remarks>
public sealed class SentenceT5Encoder : nn.Module, ISentenceEncoder
{
    private const string TableName = "shared.weight";

    [ComponentName(Name = "shared")]
    private readonly TokenEmbedding _embedding;

    [ComponentName(Name = "encoder")]
    private readonly T5Stack _stack;

    [ComponentName(Name = "linear")]
    private readonly Linear? _projection;

    internal SentenceT5Encoder(SentenceT5Configuration configuration, Initializer init, TokenEmbedding? shared = null)
        : base(nameof(SentenceT5Encoder))
    {
        TorchBackend.EnsureLoaded();
        configuration.Validate();
        Configuration = configuration;
        _embedding = shared is null
            ? new TokenEmbedding(configuration.VocabularySize, configuration.HiddenSize, init, 1)
            : new TokenEmbedding(shared);
        _stack = new T5Stack(configuration, init);
        _projection = configuration.ProjectionSize is { } size
            ? new Linear(configuration.HiddenSize, size, configuration.ProjectionBias, init)
            : null;
        RegisterComponents();
    }

    /// <summary>An encoder with random weights.</summary>
    /// <param name="configuration">Its sizes.</param>
    /// <param name="generator">Draws the weights; nothing global is drawn from.</param>
    public static SentenceT5Encoder Create(SentenceT5Configuration configuration, Generator generator) =>
        new(configuration, Initializer.From(generator));

    /// <summary>An encoder with the weights of a sentence-transformers folder of the HuggingFace layout.</summary>
    /// <param name="folder">Holds modules.json, config.json, safetensors (single or sharded), 1_Pooling, 2_Dense.</param>
    /// <param name="dtype">Type of the weights in memory.</param>
    /// <param name="progress">Told the part that is loaded, in [0, 1].</param>
    /// <param name="cancellationToken">Stops between two tensors.</param>
    /// <exception cref="FileNotFoundException">A file is missing.</exception>
    /// <exception cref="InvalidDataException">A file is broken, of another architecture, or a PyTorch pickle.</exception>
    public static SentenceT5Encoder Load(
        string folder,
        ScalarType dtype = ScalarType.Float32,
        IProgress<double>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        var layout = SentenceT5Folder.Open(folder);
        var encoder = new SentenceT5Encoder(layout.Configuration, Initializer.Unset);
        try
        {
            encoder.to(dtype);
            encoder.ReadTransformer(layout.TransformerFolder, progress, cancellationToken);
            encoder.ReadProjection(layout.ProjectionFolder, cancellationToken);
            return encoder;
        }
        catch
        {
            encoder.Dispose();
            throw;
        }
    }

    private void ReadTransformer(string folder, IProgress<double>? progress, CancellationToken cancellationToken)
    {
        using var checkpoint = CheckpointFolder.Open(folder);
        // Some exports name the table by its place in the encoder.
        var table = checkpoint.Contains(TableName) ? TableName : "encoder.embed_tokens.weight";
        WeightLoader.Load(
            [(table, _embedding.Weight), .. WeightsOf(_stack, "encoder.")],
            checkpoint,
            // The decoder of a whole T5, and the second name of the table.
            name => !name.StartsWith("encoder.block.", StringComparison.Ordinal),
            progress,
            cancellationToken
        );
    }

    private void ReadProjection(string? folder, CancellationToken cancellationToken)
    {
        if (_projection is { } projection && folder is not null)
        {
            using var checkpoint = CheckpointFolder.Open(folder);
            WeightLoader.Load(
                WeightsOf(projection, "linear."),
                checkpoint,
                _ => false,
                cancellationToken: cancellationToken
            );
        }
    }

    private static (string Name, Tensor Value)[] WeightsOf(nn.Module module, string prefix) =>
        [.. module.state_dict().Select(weight => (prefix + weight.Key, weight.Value))];

    /// <summary>Its sizes.</summary>
    public SentenceT5Configuration Configuration { get; }

    /// <inheritdoc/>
    public int EmbeddingSize => Configuration.EmbeddingSize;

    /// <inheritdoc/>
    public int VocabularySize => Configuration.VocabularySize;

    /// <inheritdoc/>
    public nn.Module Weights => this;

    /// <summary>Hidden states after the last norm [B, S, H]; what stands at padding means nothing.</summary>
    /// <param name="ids">[B, S], int64.</param>
    /// <param name="mask">[B, S], bool.</param>
    /// <returns>The caller owns it.</returns>
    public Tensor Hidden(Tensor ids, Tensor mask)
    {
        ArgumentNullException.ThrowIfNull(ids);
        ArgumentNullException.ThrowIfNull(mask);
        using var scope = NewDisposeScope();
        var places = TokenPlaces.Of(mask);
        var x = _embedding.call(places.Gather(ids)); // [N, H]
        return places.Spread(_stack.Forward(x, places, mask)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public Tensor Encode(Tensor ids, Tensor mask)
    {
        using var scope = NewDisposeScope();
        var hidden = Hidden(ids, mask); // [B, S, H]
        var h = Configuration.Pooling switch // [B, H]
        {
            T5Pooling.Mean => SentencePooling.Mean(hidden, mask),
            _ => hidden.select(1, 0),
        };
        h = _projection is null ? h : _projection.call(h); // [B, E]
        h = Configuration.ProjectionTanh ? h.tanh() : h;
        h = Configuration.Normalize ? nn.functional.normalize(h, p: 2, dim: 1) : h;
        return h.MoveToOuterDisposeScope();
    }
}
