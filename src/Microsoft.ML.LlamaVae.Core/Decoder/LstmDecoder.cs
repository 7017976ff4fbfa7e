using Microsoft.ML.LlamaVae.Layers;
using Microsoft.ML.LlamaVae.Native;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static Microsoft.ML.LlamaVae.Layers.Numbers;
using static TorchSharp.torch;
using Linear = Microsoft.ML.LlamaVae.Layers.Linear;

namespace Microsoft.ML.LlamaVae.Decoder;

/// <summary>
/// An LSTM language model whose first states come from the latent and whose every input has an embedding of the latent
/// added (Bowman et al. 2016). Without memory it is the plain language model. No dropout.
/// </summary>
/// <remarks>
/// Letters: B batch, T tokens, M slots, L layers, H width, V vocabulary. The memory is [B, L + 1, 2, 1, M, H]; slots are
/// summed and scaled to unit variance: the first layer of the memory is added to the inputs (keys and values together), the
/// others are the first states of the LSTM's layers: h₀ = tanh(keys), c₀ = values. There are no positions to run out of.
/// </remarks>
public sealed class LstmDecoder : nn.Module, IMemoryDecoder
{
    [ComponentName(Name = "embedding")]
    private readonly TokenEmbedding _embedding;

    [ComponentName(Name = "layers")]
    private readonly ModuleList<LstmLayer> _layers;

    [ComponentName(Name = "head")]
    private readonly Linear? _head;

    internal LstmDecoder(LstmDecoderConfiguration configuration, Initializer init)
        : base(nameof(LstmDecoder))
    {
        TorchBackend.EnsureLoaded();
        configuration.Validate();
        var c = Configuration = configuration;
        _embedding = new TokenEmbedding(c.VocabularySize, c.HiddenSize, init, c.InitializerRange);
        _layers = new ModuleList<LstmLayer>([
            .. Enumerable.Range(0, c.Layers).Select(_ => new LstmLayer(c.HiddenSize, c.HiddenSize, init)),
        ]);
        _head = c.TieEmbeddings ? null : new Linear(c.HiddenSize, c.VocabularySize, bias: false, init);
        RegisterComponents();
    }

    /// <summary>A decoder with random weights.</summary>
    /// <param name="configuration">Its sizes.</param>
    /// <param name="generator">Draws the weights; nothing global is drawn from.</param>
    public static LstmDecoder Create(LstmDecoderConfiguration configuration, Generator generator) =>
        new(configuration, Initializer.From(generator));

    /// <summary>Its sizes.</summary>
    public LstmDecoderConfiguration Configuration { get; }

    /// <inheritdoc/>
    public int VocabularySize => Configuration.VocabularySize;

    /// <inheritdoc/>
    public MemoryShape MemoryShape => new(Configuration.Layers + 1, 1, Configuration.HiddenSize);

    /// <summary>No limit: <see cref="int.MaxValue"/>.</summary>
    public int MaxPositions => int.MaxValue;

    /// <inheritdoc/>
    public IReadOnlyList<int> EndTokens => [];

    /// <inheritdoc/>
    public nn.Module Weights => this;

    internal TokenEmbedding Embedding => _embedding;

    private Parameter Table => _embedding.Weight;

    /// <inheritdoc/>
    public IEnumerable<Parameter> PartParameters(DecoderPart part) =>
        part == DecoderPart.Layers
            ? _layers.parameters()
            : parameters().ExceptBy(_layers.parameters().Select(p => p.Handle), p => p.Handle);

    /// <inheritdoc/>
    public Tensor Hidden(Tensor ids, Tensor? memory)
    {
        ArgumentNullException.ThrowIfNull(ids);
        using var scope = NewDisposeScope();
        var (latent, states) = Inject(memory, ids.size(0));
        var x = Embed(ids, latent); // [B, T, H]
        for (var i = 0; i < _layers.Count; i++)
        {
            (x, _) = _layers[i].Forward(x, states[i]);
        }

        return x.MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public Tensor Logits(Tensor hidden) => _head is null ? nn.functional.linear(hidden, Table) : _head.call(hidden);

    /// <inheritdoc/>
    public IDecoderState Start(Tensor? memory, int batch, int capacity)
    {
        using var scope = NewDisposeScope();
        using var ungraded = no_grad();
        var (latent, states) = Inject(memory, batch);
        return new LstmState(states, latent);
    }

    /// <inheritdoc/>
    public Tensor Advance(Tensor ids, IDecoderState state)
    {
        ArgumentNullException.ThrowIfNull(ids);
        var own =
            state as LstmState
            ?? throw new ArgumentException("The state is not of this decoder's Start.", nameof(state));
        if (ids.size(0) != own.Batch)
        {
            throw new ArgumentException($"The state has {own.Batch} rows; got {ids.size(0)}.", nameof(ids));
        }

        using var scope = NewDisposeScope();
        using var ungraded = no_grad();
        var x = Embed(ids, own.Latent); // [B, T, H]
        for (var i = 0; i < _layers.Count; i++)
        {
            (x, var last) = _layers[i].Forward(x, own[i]);
            own.Set(i, last);
        }

        own.Advance((int)ids.size(1));
        return Logits(x.select(1, ids.size(1) - 1)).MoveToOuterDisposeScope(); // [B, V]
    }

    private Tensor Embed(Tensor ids, Tensor? latent)
    {
        var x = _embedding.call(ids) * Number(1 / Configuration.InitializerRange); // [B, T, H]
        return latent is null ? x : x.Plus(latent);
    }

    // The memory as the latent input [B, 1, H] and the first state of each layer.
    private (Tensor? Latent, LstmCell[] States) Inject(Tensor? memory, long batch)
    {
        var slots = MemoryShape.SlotsOf(memory, batch);
        if (memory is null)
        {
            return (null, [.. _layers.Select(_ => LstmCell.Zero(batch, Configuration.HiddenSize, Table))]);
        }

        var sums = memory.to(Table.dtype, Table.device).sum([3, 4]) * Number(1 / Math.Sqrt(slots)); // [B, L + 1, 2, H]
        var latent = sums.select(1, 0).sum(1, keepdim: true) * Number(Math.Sqrt(0.5)); // [B, 1, H]
        var states = Enumerable
            .Range(1, _layers.Count)
            .Select(layer => new LstmCell(
                sums.select(1, layer).select(1, 0).tanh(),
                sums.select(1, layer).select(1, 1)
            ));
        return (latent, [.. states]);
    }
}
