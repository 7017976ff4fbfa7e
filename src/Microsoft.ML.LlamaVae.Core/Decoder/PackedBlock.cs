using Microsoft.ML.LlamaVae.Layers;
using Microsoft.ML.LlamaVae.Native;
using TorchSharp;
using static Microsoft.ML.LlamaVae.Layers.Numbers;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Decoder;

/// <summary>One layer of <see cref="PackedLlama"/>: what <see cref="LlamaBlock"/> computes, in fewer operations.</summary>
/// <remarks>
/// Letters: B rows, T new tokens, N = B·T, P slots filled of the longest row, H width, F feed-forward size, Hq/Hkv
/// query/key-value heads, G = Hq/Hkv, Dh head size.
/// </remarks>
internal sealed class PackedBlock : IDisposable
{
    private readonly LlamaConfiguration _c;
    private readonly RmsNorm _attentionNorm;
    private readonly RmsNorm _feedForwardNorm;
    private readonly PackedLinear _queryKeyValue;
    private readonly PackedLinear _output;
    private readonly PackedLinear _gate;
    private readonly PackedLinear _up;
    private readonly PackedLinear _down;

    public PackedBlock(LlamaConfiguration configuration, LlamaBlock block)
    {
        _c = configuration;
        (_attentionNorm, _feedForwardNorm) = (block.AttentionNorm, block.FeedForwardNorm);
        var (attention, feedForward) = (block.Attention, block.FeedForward);
        _queryKeyValue = new PackedLinear(attention.Query, attention.Key, attention.Value);
        _output = new PackedLinear(attention.Output);
        _gate = new PackedLinear(feedForward.Gate);
        _up = new PackedLinear(feedForward.Up);
        _down = new PackedLinear(feedForward.Down);
    }

    public IEnumerable<PackedLinear> Maps => [_queryKeyValue, _output, _gate, _up, _down];

    /// <summary>x [N, H] → [N, H]; the new tokens' keys and values join the cache.</summary>
    public Tensor Advance(Tensor x, PackedStep step, Tensor cache)
    {
        using var scope = NewDisposeScope();
        var qkv = _queryKeyValue
            .Call(OneDnn.RmsNorm(x, _attentionNorm.Weight, _c.NormEpsilon))
            .view(x.size(0), _c.Heads + 2 * _c.KeyValueHeads, _c.HeadSize); // [N, Hq + 2 Hkv, Dh]
        step.Rotate(qkv.narrow(1, 0, _c.Heads + _c.KeyValueHeads));
        step.Store(qkv.narrow(1, _c.Heads, 2 * _c.KeyValueHeads), cache);
        var seen = _output.CallPlus(Attend(qkv.narrow(1, 0, _c.Heads), step, cache), x); // [N, H]
        var normed = OneDnn.RmsNorm(seen, _feedForwardNorm.Weight, _c.NormEpsilon); // [N, H]
        var gated = _up.CallTimes(normed, _gate.CallSilu(normed)); // [N, F]
        return _down.CallPlus(gated, seen).MoveToOuterDisposeScope();
    }

    // softmax(q kᵀ / √Dh) v: the G query heads of a key-value head, each with its T tokens, are its queries; no key is copied.
    private Tensor Attend(Tensor q, PackedStep step, Tensor cache)
    {
        var (b, t, heads) = (step.Batch, step.Length, _c.KeyValueHeads);
        var groups = _c.Heads / heads;
        var filled = cache.narrow(1, 0, step.Slots); // [B, P, 2 Hkv, Dh]
        var keys = filled.narrow(2, 0, heads).transpose(1, 2); // [B, Hkv, P, Dh]
        var values = filled.narrow(2, heads, heads).transpose(1, 2); // [B, Hkv, P, Dh]
        if (t == 1)
        {
            var grouped = q.view(b, heads, groups, _c.HeadSize); // [B, Hkv, G, Dh]
            return nn
                .functional.scaled_dot_product_attention(grouped, keys, values, step.Mask)
                .reshape(b, _c.Heads * _c.HeadSize); // [N, Hq·Dh]
        }

        var queries = q.view(b, t, heads, groups, _c.HeadSize)
            .permute(0, 2, 3, 1, 4)
            .reshape(b, heads, groups * t, _c.HeadSize); // [B, Hkv, G·T, Dh]
        var seen = step.Mask!.repeat(1, 1, groups, 1); // [B, 1, G·T, P]
        return nn
            .functional.scaled_dot_product_attention(queries, keys, values, seen)
            .view(b, heads, groups, t, _c.HeadSize)
            .permute(0, 3, 1, 2, 4)
            .reshape(b * t, _c.Heads * _c.HeadSize); // [N, Hq·Dh]
    }

    public void Dispose()
    {
        foreach (var map in Maps)
        {
            map.Dispose();
        }
    }
}
