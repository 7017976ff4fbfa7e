using Microsoft.ML.LlamaVae.Kernels;
using Microsoft.ML.LlamaVae.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Decoder;

/// <summary>The keys and values of one text in all layers, as panels: attention is two products of the queries.</summary>
/// <remarks>Letters: L layers, Hkv key-value heads, Dh head size, C slots, P of them filled, W outputs of a panel.</remarks>
internal sealed unsafe class TextCache : IDisposable
{
    private static readonly PanelProduct s_product = PanelProduct.Widest;
    private readonly MemoryShape _shape;
    private readonly int _slots;
    private readonly nint _keys; // numbers of a head's keys
    private readonly nint _both; // numbers of a head's keys and values
    private readonly Tensor _numbers; // [L, Hkv, keys and values]
    private readonly float* _start;

    /// <param name="shape">L, Hkv, Dh.</param>
    /// <param name="slots">C.</param>
    public TextCache(MemoryShape shape, int slots)
    {
        (_shape, _slots) = (shape, slots);
        _keys = (nint)shape.HeadSize * s_product.Pad(slots);
        _both = _keys + (nint)slots * s_product.Pad(shape.HeadSize);
        // Zeros: what isn't filled is multiplied too, and then ignored.
        _numbers = zeros([shape.Layers, shape.KeyValueHeads, _both], float32).DetachFromDisposeScope();
        _start = (float*)NativeTensor.Address(_numbers);
    }

    /// <summary>P: the position of the next token.</summary>
    public int Filled { get; set; }

    /// <summary>A head's keys as a matrix [slots, Dh].</summary>
    public Panels Keys(int layer, int head, int slots)
    {
        var panel = (nint)_shape.HeadSize * s_product.Width;
        return new Panels(Head(layer, head), s_product.Pad(slots) / s_product.Width, _shape.HeadSize, panel);
    }

    /// <summary>A head's values as a matrix [Dh, slots].</summary>
    public Panels Values(int layer, int head, int slots)
    {
        var panel = (nint)_slots * s_product.Width;
        var count = s_product.Pad(_shape.HeadSize) / s_product.Width;
        return new Panels(Head(layer, head) + _keys, count, slots, panel);
    }

    /// <summary>Writes a slot's key [Dh], rotated, and value [Dh].</summary>
    public void Store(int layer, int head, int slot, ReadOnlySpan<float> key, ReadOnlySpan<float> value)
    {
        var width = s_product.Width;
        var keys = Keys(layer, head, slot + 1);
        var column = keys.Start + slot / width * keys.Stride + slot % width;
        for (var i = 0; i < key.Length; i++)
        {
            column[(nint)i * width] = key[i];
        }

        var values = Values(layer, head, slot + 1);
        for (var panel = 0; panel < values.Count; panel++)
        {
            var part = value[(panel * width)..Math.Min((panel + 1) * width, value.Length)];
            part.CopyTo(new Span<float>(values.Start + panel * values.Stride + (nint)slot * width, width));
        }
    }

    /// <summary>Starts behind a memory of which this text is one row.</summary>
    /// <param name="prefix">By layer [b, Hkv, M, Dh], contiguous.</param>
    /// <param name="row">The row.</param>
    public void Begin(LayerMemory[] prefix, int row)
    {
        Filled = prefix.Length == 0 ? 0 : (int)prefix[0].Keys.size(2);
        for (var layer = 0; layer < prefix.Length; layer++)
        {
            var (keys, values) = (NativeTensor.Address(prefix[layer].Keys), NativeTensor.Address(prefix[layer].Values));
            for (var i = 0; i < _shape.KeyValueHeads * Filled; i++)
            {
                var (head, slot) = (i / Filled, i % Filled);
                var at = ((nint)row * _shape.KeyValueHeads * Filled + i) * _shape.HeadSize;
                Store(layer, head, slot, Numbers(keys, at), Numbers(values, at));
            }
        }

        ReadOnlySpan<float> Numbers(nint start, nint at) => new((float*)start + at, _shape.HeadSize);
    }

    public void Dispose() => _numbers.Dispose();

    private float* Head(int layer, int head) => _start + ((nint)layer * _shape.KeyValueHeads + head) * _both;
}
