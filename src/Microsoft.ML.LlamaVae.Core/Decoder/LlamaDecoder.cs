using Microsoft.ML.LlamaVae.Checkpoints;
using Microsoft.ML.LlamaVae.Layers;
using Microsoft.ML.LlamaVae.Native;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using Linear = Microsoft.ML.LlamaVae.Layers.Linear;

namespace Microsoft.ML.LlamaVae.Decoder;

/// <summary>
/// LLaMA whose text may follow a latent memory: M slots of keys and values in front of the text in every layer, at the
/// positions 0 … M−1. The frozen model sees an ordinary prefix. Without memory it is the plain language model.
/// </summary>
/// <remarks>
/// Letters: B batch, T tokens, M memory slots, P slots filled before, L layers, H width, V vocabulary, Hkv key-value
/// heads, Dh head size. Weights carry the names of the HuggingFace checkpoint.
/// </remarks>
public sealed class LlamaDecoder : nn.Module, IMemoryDecoder
{
    [ComponentName(Name = "model")]
    private readonly LlamaStack _stack;

    [ComponentName(Name = "lm_head")]
    private readonly Linear? _head;
    private readonly RotaryEmbedding _rotary;
    private readonly bool _packs;
    private readonly Lock _packing = new();
    private PackedLlama? _packed;

    internal LlamaDecoder(LlamaConfiguration configuration, Initializer init, bool packs = true)
        : base(nameof(LlamaDecoder))
    {
        TorchBackend.EnsureLoaded();
        configuration.Validate();
        (Configuration, _packs) = (configuration, packs);
        _rotary = new RotaryEmbedding(configuration);
        _stack = new LlamaStack(configuration, init);
        _head = configuration.TieEmbeddings
            ? null
            : new Linear(configuration.HiddenSize, configuration.VocabularySize, bias: false, init, packs: false);
        RegisterComponents();
    }

    /// <summary>A decoder with random weights.</summary>
    /// <param name="configuration">Its sizes.</param>
    /// <param name="generator">Draws the weights; nothing global is drawn from.</param>
    public static LlamaDecoder Create(LlamaConfiguration configuration, Generator generator) =>
        new(configuration, Initializer.From(generator));

    /// <summary>As the other one.</summary>
    /// <param name="configuration">Its sizes.</param>
    /// <param name="generator">Draws the weights.</param>
    /// <param name="packs">Whether generation on the CPU works from a packed copy of the weights; else it takes the plain path.</param>
    internal static LlamaDecoder Create(LlamaConfiguration configuration, Generator generator, bool packs) =>
        new(configuration, Initializer.From(generator), packs);

    /// <summary>A decoder with the weights of a HuggingFace folder: <c>config.json</c> and safetensors, single or sharded.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="dtype">Type of the weights in memory.</param>
    /// <param name="progress">Told the part that is loaded, in [0, 1].</param>
    /// <param name="cancellationToken">Stops between two tensors.</param>
    /// <exception cref="FileNotFoundException">A file is missing.</exception>
    /// <exception cref="InvalidDataException">A file is broken, of another architecture, or a PyTorch pickle.</exception>
    public static LlamaDecoder Load(
        string folder,
        ScalarType dtype = ScalarType.Float32,
        IProgress<double>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        var decoder = new LlamaDecoder(LlamaConfiguration.FromFolder(folder), Initializer.Unset);
        try
        {
            decoder.to(dtype);
            using var checkpoint = CheckpointFolder.Open(folder);
            WeightLoader.Load(
                [.. decoder.state_dict().Select(weight => (weight.Key, weight.Value))],
                checkpoint,
                MayStayUnread,
                progress,
                cancellationToken
            );
            return decoder;
        }
        catch
        {
            decoder.Dispose();
            throw;
        }
    }

    // Old exports keep the rotary frequencies, which follow from the configuration; a tied head may be there twice.
    private static bool MayStayUnread(string name) =>
        !name.StartsWith("model.layers.", StringComparison.Ordinal)
        || name.EndsWith(".rotary_emb.inv_freq", StringComparison.Ordinal);

    /// <summary>Its sizes.</summary>
    public LlamaConfiguration Configuration { get; }

    /// <inheritdoc/>
    public int VocabularySize => Configuration.VocabularySize;

    /// <inheritdoc/>
    public MemoryShape MemoryShape => new(Configuration.Layers, Configuration.KeyValueHeads, Configuration.HeadSize);

    /// <inheritdoc/>
    public int MaxPositions => Configuration.MaxPositions;

    /// <inheritdoc/>
    public IReadOnlyList<int> EndTokens => Configuration.EndTokens;

    /// <inheritdoc/>
    public nn.Module Weights => this;

    internal Parameter EmbeddingTable => _stack.Embedding.Weight;

    internal TokenEmbedding Embedding => _stack.Embedding;

    /// <inheritdoc/>
    public IEnumerable<Parameter> PartParameters(DecoderPart part) =>
        part == DecoderPart.Layers
            ? _stack.LayerParameters()
            : parameters().ExceptBy(_stack.LayerParameters().Select(p => p.Handle), p => p.Handle);

    /// <inheritdoc/>
    public Tensor Hidden(Tensor ids, Tensor? memory)
    {
        ArgumentNullException.ThrowIfNull(ids);
        var places = new TokenPlaces(ids.size(0), ids.size(1));
        using var rows = Hidden(ids, memory, places); // [B·T, H]
        return rows.view(places.Batch, places.Length, -1);
    }

    /// <inheritdoc/>
    public Tensor HiddenAt(Tensor ids, Tensor? memory, Tensor positions)
    {
        ArgumentNullException.ThrowIfNull(ids);
        ArgumentNullException.ThrowIfNull(positions);
        var isWhole = positions.size(0) == ids.numel();
        return Hidden(ids, memory, new TokenPlaces(ids.size(0), ids.size(1), isWhole ? null : positions));
    }

    // [N, H]
    private Tensor Hidden(Tensor ids, Tensor? memory, TokenPlaces places)
    {
        using var scope = NewDisposeScope();
        var length = (int)ids.size(1);
        var slots = MemoryShape.SlotsOf(memory, ids.size(0));
        CheckPositions(slots, length);
        var (device, dtype) = (EmbeddingTable.device, EmbeddingTable.dtype);
        using var rotation = _rotary.At(slots, length, device, dtype);
        using var mask = CausalMask(length, slots, device);
        var prefix = memory is null ? null : LayerMemory.Split(memory.to(dtype, device), _rotary);
        return _stack.Forward(ids, places, rotation, prefix, mask).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public Tensor Logits(Tensor hidden) =>
        _head is null ? nn.functional.linear(hidden, EmbeddingTable) : _head.call(hidden);

    /// <inheritdoc/>
    public IDecoderState Start(Tensor? memory, int batch, int capacity)
    {
        using var scope = NewDisposeScope();
        using var ungraded = no_grad();
        var slots = MemoryShape.SlotsOf(memory, batch);
        CheckPositions(slots, capacity);
        var (device, dtype) = (EmbeddingTable.device, EmbeddingTable.dtype);
        var prefix = memory is null ? [] : LayerMemory.Split(memory.to(dtype, device), _rotary);
        var rotation = _rotary.At(0, slots + capacity, device, dtype).Detach();
        if (_packs && PackedLlama.Suits(device, dtype))
        {
            return new PackedState(Packed(), Configuration, batch, prefix, rotation, _rotary);
        }

        var cache = new KeyValueCache(MemoryShape, batch, slots, capacity, device, dtype);
        for (var layer = 0; layer < prefix.Length; layer++)
        {
            cache.Append(layer, prefix[layer].Keys, prefix[layer].Values);
        }

        cache.Advance(slots);
        return new LlamaState(cache, rotation);
    }

    /// <inheritdoc/>
    public Tensor Advance(Tensor ids, IDecoderState state)
    {
        ArgumentNullException.ThrowIfNull(ids);
        var cache =
            state as ILlamaState
            ?? throw new ArgumentException("The state is not of this decoder's Start.", nameof(state));
        using var scope = NewDisposeScope();
        using var ungraded = no_grad();
        var length = (int)ids.size(1);
        if (ids.size(0) != cache.Batch)
        {
            throw new ArgumentException($"The state has {cache.Batch} rows; got {ids.size(0)}.", nameof(ids));
        }

        if (cache.Filled + length > cache.Slots)
        {
            throw new ArgumentException(
                $"The state has room for {cache.Slots - cache.Filled} more tokens; got {length}. Give Start a larger capacity.",
                nameof(ids)
            );
        }

        return (
            cache is PackedState packed ? packed.Model.Advance(ids, packed) : AdvancePlain(ids, (LlamaState)cache)
        ).MoveToOuterDisposeScope(); // [B, V]
    }

    private Tensor AdvancePlain(Tensor ids, LlamaState state)
    {
        using var scope = NewDisposeScope();
        var length = (int)ids.size(1);
        var cache = state.Cache;
        using var rotation = state.Next(length);
        using var mask = length == 1 ? null : CausalMask(length, cache.Filled, EmbeddingTable.device);
        var places = new TokenPlaces(ids.size(0), length);
        var hidden = places.Spread(_stack.Advance(ids, places, rotation, cache, mask)); // [B, T, H]
        cache.Advance(length);
        return Logits(hidden.select(1, length - 1)).MoveToOuterDisposeScope(); // [B, V]
    }

    // Packed when generation first asks for it, and again where a weight has changed since.
    private PackedLlama Packed()
    {
        lock (_packing)
        {
            if (_packed?.IsStale == true)
            {
                _packed.Dispose();
                _packed = null;
            }

            _packed ??= new PackedLlama(Configuration, _stack, _head);
            return _packed.Share();
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _packed?.Dispose();
            _packed = null;
        }

        base.Dispose(disposing);
    }

    // True where query t may look at slot s: all P slots before the text, and the text up to t itself.
    private static Tensor CausalMask(int length, int before, Device device)
    {
        using var scope = NewDisposeScope();
        return ones(length, before + length, ScalarType.Bool, device).tril(before).MoveToOuterDisposeScope(); // [T, P + T]
    }

    private void CheckPositions(int slots, int length)
    {
        if (slots + length > MaxPositions)
        {
            throw new ArgumentOutOfRangeException(
                nameof(length),
                length,
                $"{slots} memory slots and {length} tokens exceed the decoder's {MaxPositions} positions; cut the text or choose a decoder with more."
            );
        }
    }
}
