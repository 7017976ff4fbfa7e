using Microsoft.ML.LlamaVae.Native;
using TorchSharp;
using static TorchSharp.torch;
using Linear = Microsoft.ML.LlamaVae.Layers.Linear;

namespace Microsoft.ML.LlamaVae.Decoder;

/// <summary>
/// Generation of <see cref="LlamaDecoder"/> on the CPU: the same numbers from a packed copy of the weights, in about a third of
/// the operations. A product with few rows costs as much as reading its weight once, which is the limit of a batch of one.
/// </summary>
/// <remarks>
/// Shared by the decoder and the states that were started with it; the last of them to let go frees it.
/// Letters: B rows, T new tokens, N = B·T, H width, V vocabulary.
/// </remarks>
internal sealed class PackedLlama : IDisposable
{
    private readonly LlamaConfiguration _c;
    private readonly LlamaStack _stack;
    private readonly PackedBlock[] _blocks;
    private readonly PackedLinear _head;
    private int _owners = 1;

    public PackedLlama(LlamaConfiguration configuration, LlamaStack stack, Linear? head)
    {
        (_c, _stack) = (configuration, stack);
        _blocks = [.. stack.Blocks.Select(block => new PackedBlock(configuration, block))];
        _head = head is null ? new PackedLinear(() => stack.Embedding.Weight) : new PackedLinear(head);
    }

    /// <summary>Whether weights of this kind can be packed here.</summary>
    public static bool Suits(Device device, ScalarType dtype) =>
        device.type == DeviceType.CPU && dtype == float32 && OneDnn.IsAvailable;

    /// <summary>A weight has changed since it was packed.</summary>
    public bool IsStale => _head.IsStale || _blocks.Any(block => block.Maps.Any(map => map.IsStale));

    /// <summary>Another owner, who disposes it too.</summary>
    public PackedLlama Share()
    {
        Interlocked.Increment(ref _owners);
        return this;
    }

    /// <summary>Feeds ids [B, T]; the logits [B, V] after the last of them.</summary>
    public Tensor Advance(Tensor ids, PackedState state)
    {
        using var scope = NewDisposeScope();
        var step = state.Next((int)ids.size(1));
        var x = _stack.Embedding.Weight.index_select(0, ids.reshape(-1)); // [N, H]
        for (var layer = 0; layer < _blocks.Length; layer++)
        {
            x = _blocks[layer].Advance(x, step, state.Layers[layer]);
        }

        state.Advance(step.Length);
        var last = step.Length == 1 ? x : x.view(step.Batch, step.Length, -1).select(1, -1).contiguous(); // [B, H]
        return _head.Call(OneDnn.RmsNorm(last, _stack.Norm.Weight, _c.NormEpsilon)).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        if (Interlocked.Decrement(ref _owners) > 0)
        {
            return;
        }

        _head.Dispose();
        foreach (var block in _blocks)
        {
            block.Dispose();
        }
    }
}
