using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Decoder;

/// <summary>The keys and values of <see cref="PackedLlama"/>: each row has its own length, so that one can start anew while others go on.</summary>
/// <remarks>Letters: B rows, C slots of a row, M memory slots, P slots filled of the longest row, Hkv key-value heads, Dh head size.</remarks>
internal sealed class PackedState : ILlamaState
{
    private readonly Rotation _rotation; // of the positions 0 … C − 1
    private readonly RotaryEmbedding _rotary;
    private readonly int _memorySlots;
    private int[] _filled; // [B]

    /// <param name="model">Used until the state is disposed.</param>
    /// <param name="shape">Of the model.</param>
    /// <param name="batch">B.</param>
    /// <param name="memorySlots">M.</param>
    /// <param name="rotation">Of the positions 0 … C − 1; the state disposes it.</param>
    /// <param name="rotary">Rotates memories.</param>
    public PackedState(
        PackedLlama model,
        MemoryShape shape,
        int batch,
        int memorySlots,
        Rotation rotation,
        RotaryEmbedding rotary
    )
    {
        (Model, _memorySlots, _rotation, _rotary) = (model, memorySlots, rotation, rotary);
        Slots = (int)rotation.Cos.size(0);
        _filled = new int[batch];
        // Zeros: a masked slot counts nothing, but nothing times NaN is NaN.
        Layers =
        [
            .. Enumerable
                .Range(0, shape.Layers)
                .Select(_ =>
                    zeros([batch, Slots, 2 * shape.KeyValueHeads, shape.HeadSize], float32).DetachFromDisposeScope()
                ),
        ];
        Array.Fill(_filled, memorySlots);
    }

    public PackedLlama Model { get; }

    /// <summary>By layer [B, C, 2 Hkv, Dh]: a slot's keys, then its values.</summary>
    public Tensor[] Layers { get; }

    /// <inheritdoc/>
    public int Slots { get; }

    /// <inheritdoc/>
    public int Batch => _filled.Length;

    /// <inheritdoc/>
    public int Length => _filled.Max() - _memorySlots;

    /// <inheritdoc/>
    public int Filled => _filled.Max();

    /// <summary>Prepares the next T tokens of every row; the scope owns the result.</summary>
    public PackedStep Next(int length)
    {
        var slots = Filled + length;
        var (positions, places) = (new long[Batch * length], new long[Batch * length]);
        for (var i = 0; i < positions.Length; i++)
        {
            var (row, t) = (i / length, i % length);
            positions[i] = _filled[row] + t;
            places[i] = (long)row * Slots + positions[i];
        }

        var at = tensor(positions); // [N]
        return new PackedStep(
            Batch,
            length,
            slots,
            _rotation.Cos.index_select(0, at), // [N, 1, Dh]
            _rotation.Sin.index_select(0, at), // [N, 1, Dh]
            tensor(places), // [N]
            length == 1 && Array.TrueForAll(_filled, filled => filled + 1 == slots) ? null : Mask(positions, slots)
        );

        Tensor Mask(long[] positions, int slots)
        {
            var mask = new float[positions.Length * slots];
            for (var i = 0; i < positions.Length; i++)
            {
                mask.AsSpan(i * slots, slots)[((int)positions[i] + 1)..].Fill(float.NegativeInfinity);
            }

            return tensor(mask, [Batch, 1, length, slots]); // [B, 1, T, P]
        }
    }

    /// <summary>Counts tokens that all layers have now.</summary>
    public void Advance(int length)
    {
        for (var row = 0; row < _filled.Length; row++)
        {
            _filled[row] += length;
        }
    }

    /// <inheritdoc/>
    public bool CanRestart => true;

    /// <inheritdoc/>
    public void Restart(ReadOnlySpan<long> rows, Tensor? memory)
    {
        using var scope = NewDisposeScope();
        using var ungraded = no_grad();
        Fill(rows, memory is null ? [] : LayerMemory.Split(memory.to(float32), _rotary));
    }

    /// <summary>Lets rows start behind a memory.</summary>
    /// <param name="rows">b of the rows.</param>
    /// <param name="prefix">By layer [b, Hkv, M, Dh]; empty for none.</param>
    public void Fill(ReadOnlySpan<long> rows, LayerMemory[] prefix)
    {
        using var scope = NewDisposeScope();
        var index = tensor(rows.ToArray()); // [b]
        for (var layer = 0; layer < prefix.Length; layer++)
        {
            var slots = cat([prefix[layer].Keys, prefix[layer].Values], 1).transpose(1, 2); // [b, M, 2 Hkv, Dh]
            Layers[layer].narrow(1, 0, _memorySlots).index_copy_(0, index, slots);
        }

        foreach (var row in rows)
        {
            _filled[row] = _memorySlots;
        }
    }

    /// <inheritdoc/>
    public void Keep(ReadOnlySpan<long> rows)
    {
        using var scope = NewDisposeScope();
        using var ungraded = no_grad();
        var index = tensor(rows.ToArray()); // [b]
        for (var layer = 0; layer < Layers.Length; layer++)
        {
            var kept = Layers[layer].index_select(0, index).DetachFromDisposeScope();
            Layers[layer].Dispose();
            Layers[layer] = kept;
        }

        _filled = [.. rows.ToArray().Select(row => _filled[row])];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _rotation.Dispose();
        foreach (var layer in Layers)
        {
            layer.Dispose();
        }

        Model.Dispose();
    }
}
