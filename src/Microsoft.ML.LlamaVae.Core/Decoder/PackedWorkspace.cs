using Microsoft.ML.LlamaVae.Kernels;
using Microsoft.ML.LlamaVae.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Decoder;

/// <summary>What <see cref="PackedLlama"/> computes in between, in memory that is kept from step to step.</summary>
/// <remarks>Letters: N tokens that pass together, H width, F feed-forward size, Hq/Hkv query/key-value heads, Dh head size. Rows are rounded up to whole panels.</remarks>
internal sealed unsafe class PackedWorkspace(LlamaConfiguration c) : IDisposable
{
    private static readonly PanelProduct s_product = PanelProduct.Widest;
    private Tensor? _numbers;
    private (int Tokens, int Slots) _room;

    /// <summary>The residual stream [N, H].</summary>
    public Rows Stream { get; private set; }

    /// <summary>What a branch reads from the stream, then what it adds to it [N, H].</summary>
    public Rows Branch { get; private set; }

    /// <summary>[N, (Hq + 2 Hkv) · Dh].</summary>
    public Rows QueryKeyValue { get; private set; }

    /// <summary>[N, Hq · Dh].</summary>
    public Rows Seen { get; private set; }

    /// <summary>[N, 2 F]: gate, then up.</summary>
    public Rows GateUp { get; private set; }

    /// <summary>Queries of a head [a tile, Dh].</summary>
    public Rows Queries { get; private set; }

    /// <summary>Their scores, then weights, of the slots [a tile, C].</summary>
    public Rows Scores { get; private set; }

    /// <summary>What they see [a tile, Dh].</summary>
    public Rows Values { get; private set; }

    /// <summary>For <see cref="PanelProduct.Multiply"/>.</summary>
    public float* Scratch { get; private set; }

    /// <summary>Makes room for N tokens of texts with at most so many slots. What was there is lost.</summary>
    public void Prepare(int tokens, int slots)
    {
        var room = (Tokens: Math.Max(tokens, _room.Tokens), Slots: Math.Max(slots, _room.Slots));
        if (room != _room)
        {
            _numbers?.Dispose();
            _room = room;
            _numbers = empty(Lay(null, room.Tokens, room.Slots), float32).DetachFromDisposeScope();
        }

        Lay((float*)NativeTensor.Address(_numbers!), tokens, room.Slots);
    }

    public void Dispose() => _numbers?.Dispose();

    // Lays the parts one behind the other; how many numbers they take.
    private long Lay(float* start, int tokens, int slots)
    {
        var end = start;
        Stream = Take(tokens, c.HiddenSize);
        Branch = Take(tokens, c.HiddenSize);
        QueryKeyValue = Take(tokens, (c.Heads + 2 * c.KeyValueHeads) * c.HeadSize);
        Seen = Take(tokens, c.Heads * c.HeadSize);
        GateUp = Take(tokens, 2 * c.FeedForwardSize);
        Queries = Take(s_product.TileRows, c.HeadSize);
        Scores = Take(s_product.TileRows, slots);
        Values = Take(s_product.TileRows, c.HeadSize);
        var depth = Math.Max(Math.Max(c.HiddenSize, c.FeedForwardSize), Math.Max(c.Heads * c.HeadSize, slots));
        Scratch = Take(Math.Clamp(tokens, s_product.TileRows, PanelProduct.BlockRows), depth).Start;
        return end - start;

        Rows Take(int count, int width)
        {
            var rows = new Rows(end, count, s_product.Pad(width));
            end += (nint)count * rows.Stride;
            return rows;
        }
    }
}
