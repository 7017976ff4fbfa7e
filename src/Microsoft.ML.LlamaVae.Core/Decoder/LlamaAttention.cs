using Microsoft.ML.LlamaVae.Layers;
using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;
using Linear = Microsoft.ML.LlamaVae.Layers.Linear;

namespace Microsoft.ML.LlamaVae.Decoder;

/// <summary>Grouped-query self-attention with rotary positions over [what came before | text].</summary>
/// <remarks>
/// Letters: B batch, T new tokens, N real ones of all texts, P slots before them (latent memory, then cached text), H width, Hq/Hkv query/key-value
/// heads, G = Hq/Hkv, Dh head size.
/// </remarks>
internal sealed class LlamaAttention : nn.Module
{
    [ComponentName(Name = "q_proj")]
    private readonly Linear _query;

    [ComponentName(Name = "k_proj")]
    private readonly Linear _key;

    [ComponentName(Name = "v_proj")]
    private readonly Linear _value;

    [ComponentName(Name = "o_proj")]
    private readonly Linear _output;
    private readonly LlamaConfiguration _c;

    public LlamaAttention(LlamaConfiguration configuration, Initializer init)
        : base(nameof(LlamaAttention))
    {
        var c = _c = configuration;
        _query = new Linear(c.HiddenSize, c.Heads * c.HeadSize, c.AttentionBias, init, packs: false);
        _key = new Linear(c.HiddenSize, c.KeyValueHeads * c.HeadSize, c.AttentionBias, init, packs: false);
        _value = new Linear(c.HiddenSize, c.KeyValueHeads * c.HeadSize, c.AttentionBias, init, packs: false);
        // Residual branches start small: 2 L of them add up.
        var std = 1 / Math.Sqrt(2.0 * c.Layers * c.Heads * c.HeadSize);
        _output = new Linear(c.Heads * c.HeadSize, c.HiddenSize, c.AttentionBias, init, std, packs: false);
        RegisterComponents();
    }

    public Linear Query => _query;

    public Linear Key => _key;

    public Linear Value => _value;

    public Linear Output => _output;

    /// <summary>Teacher forcing: every position sees the memory and the text up to itself.</summary>
    /// <param name="x">[N, H].</param>
    /// <param name="places">Of the N tokens.</param>
    /// <param name="rotation">Of the T positions.</param>
    /// <param name="memory">P = M slots, or null.</param>
    /// <param name="mask">[T, P + T], bool, true where a query may look.</param>
    public Tensor Forward(Tensor x, TokenPlaces places, Rotation rotation, LayerMemory? memory, Tensor mask)
    {
        using var scope = NewDisposeScope();
        var (q, k, v) = Project(x, places, rotation);
        if (memory is { } before)
        {
            k = cat([before.Keys, k], 2); // [B, Hkv, M + T, Dh]
            v = cat([before.Values, v], 2); // [B, Hkv, M + T, Dh]
        }

        return _output.call(places.Gather(Attend(q, Repeat(k), Repeat(v), mask))).MoveToOuterDisposeScope();
    }

    /// <summary>Generation: the new tokens join the cache, then look at all of it.</summary>
    /// <param name="x">[N, H].</param>
    /// <param name="places">Of the N tokens.</param>
    /// <param name="rotation">Of the T positions.</param>
    /// <param name="cache">Keys and values of this layer; advanced by the caller after the last layer.</param>
    /// <param name="layer">Index of this layer.</param>
    /// <param name="mask">[T, P + T], or null for one token, which sees everything.</param>
    public Tensor Advance(Tensor x, TokenPlaces places, Rotation rotation, KeyValueCache cache, int layer, Tensor? mask)
    {
        using var scope = NewDisposeScope();
        var (q, k, v) = Project(x, places, rotation);
        var (keys, values) = cache.Append(layer, k, v); // [B, Hkv, P + T, Dh]
        return _output
            .call(
                places.Gather(mask is null ? AttendOne(q, keys, values) : Attend(q, Repeat(keys), Repeat(values), mask))
            )
            .MoveToOuterDisposeScope();
    }

    private (Tensor Q, Tensor K, Tensor V) Project(Tensor x, TokenPlaces places, Rotation rotation)
    {
        var q = rotation.Apply(Heads(_query, _c.Heads)).transpose(1, 2); // [B, Hq, T, Dh]
        var k = rotation.Apply(Heads(_key, _c.KeyValueHeads)).transpose(1, 2); // [B, Hkv, T, Dh]
        var v = Heads(_value, _c.KeyValueHeads).transpose(1, 2); // [B, Hkv, T, Dh]
        return (q, k, v);

        Tensor Heads(Linear map, int heads) => places.Spread(map.call(x).view(-1, heads, _c.HeadSize)); // [B, T, heads, Dh]
    }

    // softmax(q kᵀ / √Dh) v, heads side by side again: [B, T, Hq·Dh]
    private static Tensor Attend(Tensor q, Tensor k, Tensor v, Tensor mask) =>
        nn
            .functional.scaled_dot_product_attention(q, k, v, mask)
            .transpose(1, 2)
            .reshape(q.size(0), q.size(2), q.size(1) * q.size(3));

    // One token: the G query heads of a key-value head become its queries, and no key is copied.
    private Tensor AttendOne(Tensor q, Tensor k, Tensor v)
    {
        var grouped = q.reshape(q.size(0), _c.KeyValueHeads, _c.Heads / _c.KeyValueHeads, _c.HeadSize); // [B, Hkv, G, Dh]
        return nn.functional.scaled_dot_product_attention(grouped, k, v).reshape(q.size(0), 1, _c.Heads * _c.HeadSize);
    }

    // [B, Hkv, S, Dh] → [B, Hq, S, Dh]: head h of the queries reads head h / G.
    private Tensor Repeat(Tensor heads)
    {
        var groups = _c.Heads / _c.KeyValueHeads;
        return groups == 1
            ? heads
            : heads
                .unsqueeze(2)
                .expand(heads.size(0), _c.KeyValueHeads, groups, heads.size(2), _c.HeadSize)
                .reshape(heads.size(0), _c.Heads, heads.size(2), _c.HeadSize);
    }
}
