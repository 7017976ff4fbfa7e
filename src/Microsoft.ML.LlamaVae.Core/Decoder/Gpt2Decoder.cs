using Microsoft.ML.LlamaVae.Checkpoints;
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
/// GPT-2 with both injections of Optimus (Li et al. 2020): M slots of keys and values in front of the text in every layer,
/// and an embedding of the latent added to that of every token. The text starts at position M. Without memory it is the
/// plain language model. No dropout.
/// </summary>
/// <remarks>
/// Letters: B batch, T tokens, M memory slots, L layers, H width, V vocabulary, Hq heads, Dh head size. The memory is
/// [B, L + 1, 2, Hq, M, Dh]: its first layer belongs to the embeddings, where everything it holds is summed, over slots,
/// keys and values, and scaled so that it starts like a token embedding. Weights carry the names of the checkpoint.
/// </remarks>
public sealed class Gpt2Decoder : nn.Module, IMemoryDecoder
{
    private const string Prefix = "transformer.";

    [ComponentName(Name = "transformer")]
    private readonly Gpt2Stack _stack;

    [ComponentName(Name = "lm_head")]
    private readonly Linear? _head;

    internal Gpt2Decoder(Gpt2Configuration configuration, Initializer init)
        : base(nameof(Gpt2Decoder))
    {
        TorchBackend.EnsureLoaded();
        configuration.Validate();
        Configuration = configuration;
        _stack = new Gpt2Stack(configuration, init);
        _head = configuration.TieEmbeddings
            ? null
            : new Linear(configuration.HiddenSize, configuration.VocabularySize, bias: false, init);
        RegisterComponents();
    }

    /// <summary>A decoder with random weights.</summary>
    /// <param name="configuration">Its sizes.</param>
    /// <param name="generator">Draws the weights; nothing global is drawn from.</param>
    public static Gpt2Decoder Create(Gpt2Configuration configuration, Generator generator) =>
        new(configuration, Initializer.From(generator));

    /// <summary>A decoder with the weights of a HuggingFace folder: <c>config.json</c> and safetensors, single or sharded.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="dtype">Type of the weights in memory.</param>
    /// <param name="progress">Told the part that is loaded, in [0, 1].</param>
    /// <param name="cancellationToken">Stops between two tensors.</param>
    /// <exception cref="FileNotFoundException">A file is missing.</exception>
    /// <exception cref="InvalidDataException">A file is broken, of another architecture, or a PyTorch pickle.</exception>
    public static Gpt2Decoder Load(
        string folder,
        ScalarType dtype = ScalarType.Float32,
        IProgress<double>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        var decoder = new Gpt2Decoder(Gpt2Configuration.FromFolder(folder), Initializer.Unset);
        try
        {
            decoder.to(dtype);
            using var checkpoint = CheckpointFolder.Open(folder);
            // The published GPT-2 names its weights from within the transformer.
            var skipped = checkpoint.Contains(Prefix + "wte.weight") ? 0 : Prefix.Length;
            WeightLoader.Load(
                [
                    .. decoder
                        .state_dict()
                        .Select(weight =>
                            (
                                weight.Key.StartsWith(Prefix, StringComparison.Ordinal)
                                    ? weight.Key[skipped..]
                                    : weight.Key,
                                weight.Value
                            )
                        ),
                ],
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

    // Old exports keep the causal mask; a tied head may be there twice; other heads may stand beside the layers.
    private static bool MayStayUnread(string name) =>
        !(name.StartsWith("h.", StringComparison.Ordinal) || name.StartsWith(Prefix + "h.", StringComparison.Ordinal))
        || name.EndsWith(".attn.bias", StringComparison.Ordinal)
        || name.EndsWith(".attn.masked_bias", StringComparison.Ordinal);

    /// <summary>Its sizes.</summary>
    public Gpt2Configuration Configuration { get; }

    /// <inheritdoc/>
    public int VocabularySize => Configuration.VocabularySize;

    /// <inheritdoc/>
    public MemoryShape MemoryShape =>
        LayerShape with
        {
            Layers = Configuration.Layers + (Configuration.AddsLatentToEmbeddings ? 1 : 0),
        };

    /// <inheritdoc/>
    public int MaxPositions => Configuration.MaxPositions;

    /// <inheritdoc/>
    public IReadOnlyList<int> EndTokens => Configuration.EndTokens;

    /// <inheritdoc/>
    public nn.Module Weights => this;

    internal TokenEmbedding Embedding => _stack.Embedding;

    private Parameter Table => _stack.Embedding.Weight;

    private MemoryShape LayerShape => new(Configuration.Layers, Configuration.Heads, Configuration.HeadSize);

    /// <inheritdoc/>
    public IEnumerable<Parameter> PartParameters(DecoderPart part) =>
        part == DecoderPart.Layers
            ? _stack.LayerParameters()
            : parameters().ExceptBy(_stack.LayerParameters().Select(p => p.Handle), p => p.Handle);

    /// <inheritdoc/>
    public Tensor Hidden(Tensor ids, Tensor? memory)
    {
        ArgumentNullException.ThrowIfNull(ids);
        using var scope = NewDisposeScope();
        var length = (int)ids.size(1);
        var slots = MemoryShape.SlotsOf(memory, ids.size(0));
        CheckPositions(slots, length);
        var (latent, prefix) = Inject(memory);
        var x = _stack.Embed(ids, slots, latent); // [B, T, H]
        return _stack.Forward(x, prefix, CausalMask(length, slots)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public Tensor Logits(Tensor hidden) => _head is null ? nn.functional.linear(hidden, Table) : _head.call(hidden);

    /// <inheritdoc/>
    public IDecoderState Start(Tensor? memory, int batch, int capacity)
    {
        using var scope = NewDisposeScope();
        using var ungraded = no_grad();
        var slots = MemoryShape.SlotsOf(memory, batch);
        CheckPositions(slots, capacity);
        var (latent, prefix) = Inject(memory);
        var cache = new KeyValueCache(LayerShape, batch, slots, capacity, Table.device, Table.dtype);
        for (var layer = 0; layer < (prefix?.Length ?? 0); layer++)
        {
            cache.Append(layer, prefix![layer].Keys, prefix[layer].Values);
        }

        cache.Advance(slots);
        return new Gpt2State(cache, latent);
    }

    /// <inheritdoc/>
    public Tensor Advance(Tensor ids, IDecoderState state)
    {
        ArgumentNullException.ThrowIfNull(ids);
        var own =
            state as Gpt2State
            ?? throw new ArgumentException("The state is not of this decoder's Start.", nameof(state));
        using var scope = NewDisposeScope();
        using var ungraded = no_grad();
        var cache = own.Cache;
        var length = (int)ids.size(1);
        if (ids.size(0) != cache.Batch || cache.Filled + length > cache.Slots)
        {
            throw new ArgumentException(
                $"The state has {cache.Batch} rows with room for {cache.Slots - cache.Filled} more tokens; got [{ids.size(0)}, {length}]. Start another, or give Start a larger capacity.",
                nameof(ids)
            );
        }

        var x = _stack.Embed(ids, cache.Filled, own.Latent); // [B, T, H]
        var hidden = _stack.Advance(x, cache, length == 1 ? null : CausalMask(length, cache.Filled)); // [B, T, H]
        cache.Advance(length);
        return Logits(hidden.select(1, length - 1)).MoveToOuterDisposeScope(); // [B, V]
    }

    // The memory as the latent embedding [B, 1, H] and the keys and values of each layer.
    private (Tensor? Latent, LayerMemory[]? Prefix) Inject(Tensor? memory)
    {
        if (memory is null)
        {
            return (null, null);
        }

        var cast = memory.to(Table.dtype, Table.device); // [B, L + 1, 2, Hq, M, Dh]
        var first = Configuration.AddsLatentToEmbeddings ? 1 : 0;
        var layers = Enumerable
            .Range(first, Configuration.Layers)
            .Select(layer => cast.select(1, layer)) // [B, 2, Hq, M, Dh]
            .Select(own => new LayerMemory(own.select(1, 0), own.select(1, 1)));
        var scale = Configuration.InitializerRange / Math.Sqrt(2.0 * memory.size(4));
        var latent =
            first == 0
                ? null
                : cast.select(1, 0).sum([1, 3]).reshape(memory.size(0), 1, Configuration.HiddenSize) * Number(scale);
        return (latent, [.. layers]);
    }

    // True where query t may look at slot s: all P slots before the text, and the text up to t itself.
    private Tensor CausalMask(int length, int before) =>
        ones(length, before + length, ScalarType.Bool, Table.device).tril(before); // [T, P + T]

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
