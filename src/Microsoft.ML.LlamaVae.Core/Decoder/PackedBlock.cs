using System.Numerics.Tensors;
using Microsoft.ML.LlamaVae.Kernels;
using Microsoft.ML.LlamaVae.Layers;
using Microsoft.ML.LlamaVae.Native;

namespace Microsoft.ML.LlamaVae.Decoder;

/// <summary>One layer of <see cref="PackedLlama"/>: what <see cref="LlamaBlock"/> computes.</summary>
/// <remarks>Letters: N tokens of all texts, T of each, H width, F feed-forward size.</remarks>
internal sealed class PackedBlock : IDisposable
{
    private readonly LlamaConfiguration _c;
    private readonly RmsNorm _attentionNorm;
    private readonly RmsNorm _feedForwardNorm;
    private readonly PackedAttention _attention;
    private readonly PackedLinear _queryKeyValue;
    private readonly PackedLinear _output;
    private readonly PackedLinear _gateUp;
    private readonly PackedLinear _down;

    public PackedBlock(LlamaConfiguration configuration, LlamaBlock block)
    {
        _c = configuration;
        (_attentionNorm, _feedForwardNorm) = (block.AttentionNorm, block.FeedForwardNorm);
        _attention = new PackedAttention(configuration);
        var (attention, feedForward) = (block.Attention, block.FeedForward);
        _queryKeyValue = new PackedLinear(attention.Query, attention.Key, attention.Value);
        _output = new PackedLinear(attention.Output);
        _gateUp = new PackedLinear(feedForward.Gate, feedForward.Up);
        _down = new PackedLinear(feedForward.Down);
    }

    public IEnumerable<PackedLinear> Maps => [_queryKeyValue, _output, _gateUp, _down];

    /// <summary>Passes the stream [N, H] through the layer; the new tokens' keys and values join the caches.</summary>
    public unsafe void Advance(PackedState state, PackedWorkspace work, int layer)
    {
        var (stream, branch) = (work.Stream, work.Branch);
        Normalise(stream, _attentionNorm, _c, branch);
        _queryKeyValue.Call(branch, work.QueryKeyValue, work.Scratch);
        var length = stream.Count / state.Batch; // T
        for (var row = 0; row < state.Batch; row++)
        {
            var (own, text) = (work.QueryKeyValue.Slice(row * length, length), state.Texts[row]);
            _attention.Advance(own, work.Seen.Slice(row * length, length), text, layer, state.Rotation, work);
        }

        _output.Call(work.Seen, branch, work.Scratch);
        Add(stream, branch);
        Normalise(stream, _feedForwardNorm, _c, branch);
        _gateUp.Call(branch, work.GateUp, work.Scratch);
        Gate(work.GateUp);
        _down.Call(work.GateUp, branch, work.Scratch);
        Add(stream, branch);
    }

    /// <summary>x / √(mean(x²) + ε) ⊙ w.</summary>
    public static unsafe void Normalise(Rows x, RmsNorm norm, LlamaConfiguration c, Rows to)
    {
        var size = c.HiddenSize;
        var weight = new ReadOnlySpan<float>((float*)NativeTensor.Address(norm.Weight), size);
        for (var row = 0; row < x.Count; row++)
        {
            var from = x[row][..size];
            var normed = to[row][..size];
            var scale = 1 / Math.Sqrt(TensorPrimitives.SumOfSquares<float>(from) / size + c.NormEpsilon);
            TensorPrimitives.Multiply(from, (float)scale, normed);
            TensorPrimitives.Multiply(normed, weight, normed);
        }
    }

    public void Dispose()
    {
        foreach (var map in Maps)
        {
            map.Dispose();
        }
    }

    // silu(gate) ⊙ up, in the place of the gate
    private void Gate(Rows gateUp)
    {
        var size = _c.FeedForwardSize;
        Span<float> sigmoid = stackalloc float[256];
        for (var row = 0; row < gateUp.Count; row++)
        {
            for (var from = 0; from < size; from += sigmoid.Length)
            {
                var count = Math.Min(sigmoid.Length, size - from);
                var gate = gateUp[row].Slice(from, count);
                var up = gateUp[row].Slice(size + from, count);
                TensorPrimitives.Sigmoid(gate, sigmoid);
                TensorPrimitives.Multiply(gate, up, gate);
                TensorPrimitives.Multiply(gate, sigmoid[..count], gate);
            }
        }
    }

    private static void Add(Rows stream, Rows branch)
    {
        for (var row = 0; row < stream.Count; row++)
        {
            TensorPrimitives.Add(stream[row], branch[row], stream[row]);
        }
    }
}
