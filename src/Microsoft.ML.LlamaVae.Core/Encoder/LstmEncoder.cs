using Microsoft.ML.LlamaVae.Layers;
using Microsoft.ML.LlamaVae.Native;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static Microsoft.ML.LlamaVae.Layers.Numbers;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Encoder;

/// <summary>The last state of an LSTM that reads the sentence, from both ends if asked for, scaled to unit length.</summary>
/// <remarks>Letters: B batch, S tokens, H width, E sentence-embedding size (2 H where there are two directions).</remarks>
public sealed class LstmEncoder : nn.Module, ISentenceEncoder
{
    [ComponentName(Name = "embedding")]
    private readonly TokenEmbedding _embedding;

    [ComponentName(Name = "forward")]
    private readonly ModuleList<LstmLayer> _forward;

    [ComponentName(Name = "backward")]
    private readonly ModuleList<LstmLayer> _backward; // empty where there is one direction

    internal LstmEncoder(LstmEncoderConfiguration configuration, Initializer init, TokenEmbedding? shared = null)
        : base(nameof(LstmEncoder))
    {
        TorchBackend.EnsureLoaded();
        configuration.Validate();
        var c = Configuration = configuration;
        _embedding = shared is null
            ? new TokenEmbedding(c.VocabularySize, c.HiddenSize, init, c.InitializerRange)
            : new TokenEmbedding(shared);
        _forward = Layers(c.Layers);
        _backward = Layers(c.IsBidirectional ? c.Layers : 0);
        RegisterComponents();

        ModuleList<LstmLayer> Layers(int count) =>
            new([
                .. Enumerable
                    .Range(0, count)
                    .Select(i => new LstmLayer(i == 0 ? c.HiddenSize : c.EmbeddingSize, c.HiddenSize, init)),
            ]);
    }

    /// <summary>An encoder with random weights.</summary>
    /// <param name="configuration">Its sizes.</param>
    /// <param name="generator">Draws the weights; nothing global is drawn from.</param>
    public static LstmEncoder Create(LstmEncoderConfiguration configuration, Generator generator) =>
        new(configuration, Initializer.From(generator));

    /// <summary>Its sizes.</summary>
    public LstmEncoderConfiguration Configuration { get; }

    /// <inheritdoc/>
    public int EmbeddingSize => Configuration.EmbeddingSize;

    /// <inheritdoc/>
    public int VocabularySize => Configuration.VocabularySize;

    /// <inheritdoc/>
    public nn.Module Weights => this;

    /// <inheritdoc/>
    public Tensor Encode(Tensor ids, Tensor mask)
    {
        ArgumentNullException.ThrowIfNull(ids);
        ArgumentNullException.ThrowIfNull(mask);
        using var scope = NewDisposeScope();
        var x = _embedding.call(ids) * Number(1 / Configuration.InitializerRange); // [B, S, H]
        var state = LstmCell.Zero(ids.size(0), Configuration.HiddenSize, x);
        var h = x; // after the last layer [B, E]
        for (var i = 0; i < _forward.Count; i++)
        {
            var inputs = x; // [B, S, H or 2 H]
            var (outputs, last) = _forward[i].Forward(inputs, state, mask); // [B, S, H]
            (x, h) = (outputs, last.Hidden);
            if (Configuration.IsBidirectional)
            {
                var (reversed, first) = _backward[i].Forward(inputs.flip(1), state, mask.flip(1)); // [B, S, H]
                (x, h) = (cat([x, reversed.flip(1)], 2), cat([h, first.Hidden], 1)); // [B, S, 2 H], [B, 2 H]
            }
        }

        return nn.functional.normalize(h, p: 2, dim: 1).MoveToOuterDisposeScope();
    }
}
