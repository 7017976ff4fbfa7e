using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Decoder;

/// <summary>Keys and values of all layers, allocated once for the whole text; its first slots are the latent memory.</summary>
/// <remarks>Letters: B rows, Hkv heads, C slots in total, P filled ones, Dh head size.</remarks>
internal sealed class KeyValueCache : IDisposable
{
    private readonly Tensor[] _keys; // per layer [B, Hkv, C, Dh]
    private readonly Tensor[] _values; // per layer [B, Hkv, C, Dh]
    private readonly int _memorySlots;

    public KeyValueCache(MemoryShape shape, int batch, int memorySlots, int capacity, Device device, ScalarType dtype)
    {
        _memorySlots = memorySlots;
        Batch = batch;
        Slots = memorySlots + capacity;
        _keys = [.. Enumerable.Range(0, shape.Layers).Select(_ => Allocate())];
        _values = [.. Enumerable.Range(0, shape.Layers).Select(_ => Allocate())];

        Tensor Allocate() =>
            empty(batch, shape.KeyValueHeads, Slots, shape.HeadSize, dtype, device).DetachFromDisposeScope();
    }

    /// <summary>B.</summary>
    public int Batch { get; private set; }

    /// <summary>Text tokens fed so far.</summary>
    public int Length => Filled - _memorySlots;

    /// <summary>C: slots of a row.</summary>
    public int Slots { get; }

    /// <summary>P: the position of the next token.</summary>
    public int Filled { get; private set; }

    /// <summary>Writes new keys and values behind the filled slots of a layer.</summary>
    /// <param name="layer">Index of the layer.</param>
    /// <param name="keys">[B, Hkv, T, Dh], rotated.</param>
    /// <param name="values">[B, Hkv, T, Dh].</param>
    /// <returns>Views of all slots filled now [B, Hkv, P + T, Dh].</returns>
    public (Tensor Keys, Tensor Values) Append(int layer, Tensor keys, Tensor values)
    {
        var added = keys.size(2);
        _keys[layer].narrow(2, Filled, added).copy_(keys);
        _values[layer].narrow(2, Filled, added).copy_(values);
        return (_keys[layer].narrow(2, 0, Filled + added), _values[layer].narrow(2, 0, Filled + added));
    }

    /// <summary>Counts slots that all layers have now.</summary>
    public void Advance(int slots) => Filled += slots;

    /// <summary>Keeps only the given rows, in the given order.</summary>
    public void Keep(ReadOnlySpan<long> rows)
    {
        using var scope = NewDisposeScope();
        using var ungraded = no_grad();
        var index = tensor(rows.ToArray(), device: _keys[0].device);
        foreach (var tensors in new[] { _keys, _values })
        {
            for (var layer = 0; layer < tensors.Length; layer++)
            {
                var kept = tensors[layer].index_select(0, index).DetachFromDisposeScope();
                tensors[layer].Dispose();
                tensors[layer] = kept;
            }
        }

        Batch = rows.Length;
    }

    public void Dispose()
    {
        foreach (var tensor in _keys.Concat(_values))
        {
            tensor.Dispose();
        }
    }
}
