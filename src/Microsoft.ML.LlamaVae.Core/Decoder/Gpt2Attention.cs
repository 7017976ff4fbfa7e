using Microsoft.ML.LlamaVae.Layers;
using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Decoder;

/// <summary>Multi-head self-attention over [what came before | text]; queries, keys and values come from one matrix.</summary>
/// <remarks>Letters: B batch, T new tokens, P slots before them (latent memory, then cached text), H width, Hq heads, Dh head size.</remarks>
internal sealed class Gpt2Attention : nn.Module
{
    [ComponentName(Name = "c_attn")]
    private readonly TransposedLinear _queryKeyValue;

    [ComponentName(Name = "c_proj")]
    private readonly TransposedLinear _output;
    private readonly Gpt2Configuration _c;

    public Gpt2Attention(Gpt2Configuration c, Initializer init)
        : base(nameof(Gpt2Attention))
    {
        _c = c;
        _queryKeyValue = new TransposedLinear(c.HiddenSize, 3 * c.HiddenSize, init);
        // Residual branches start small: 2 L of them add up.
        _output = new TransposedLinear(c.HiddenSize, c.HiddenSize, init, 1 / Math.Sqrt(2.0 * c.Layers * c.HiddenSize));
        RegisterComponents();
    }

    /// <summary>Teacher forcing: every position sees the memory and the text up to itself.</summary>
    /// <param name="x">[B, T, H].</param>
    /// <param name="memory">P = M slots, or null.</param>
    /// <param name="mask">[T, P + T], bool, true where a query may look.</param>
    public Tensor Forward(Tensor x, LayerMemory? memory, Tensor mask)
    {
        using var scope = NewDisposeScope();
        var (q, k, v) = Project(x);
        if (memory is { } before)
        {
            k = cat([before.Keys, k], 2); // [B, Hq, M + T, Dh]
            v = cat([before.Values, v], 2); // [B, Hq, M + T, Dh]
        }

        return _output.call(Attend(q, k, v, mask)).MoveToOuterDisposeScope();
    }

    /// <summary>Generation: the new tokens join the cache, then look at all of it.</summary>
    /// <param name="x">[B, T, H].</param>
    /// <param name="cache">Keys and values of this layer; advanced by the caller after the last layer.</param>
    /// <param name="layer">Index of this layer.</param>
    /// <param name="mask">[T, P + T], or null for one token, which sees everything.</param>
    public Tensor Advance(Tensor x, KeyValueCache cache, int layer, Tensor? mask)
    {
        using var scope = NewDisposeScope();
        var (q, k, v) = Project(x);
        var (keys, values) = cache.Append(layer, k, v); // [B, Hq, P + T, Dh]
        return _output.call(Attend(q, keys, values, mask)).MoveToOuterDisposeScope();
    }

    private (Tensor Q, Tensor K, Tensor V) Project(Tensor x)
    {
        var all = _queryKeyValue.call(x).view(x.size(0), x.size(1), 3, _c.Heads, _c.HeadSize); // [B, T, 3, Hq, Dh]
        var heads = all.permute(2, 0, 3, 1, 4); // [3, B, Hq, T, Dh]
        return (heads[0], heads[1], heads[2]);
    }

    // softmax(q kᵀ / √Dh) v, heads side by side again: [B, T, H]
    private Tensor Attend(Tensor q, Tensor k, Tensor v, Tensor? mask) =>
        nn
            .functional.scaled_dot_product_attention(q, k, v, mask)
            .transpose(1, 2)
            .reshape(q.size(0), q.size(2), _c.HiddenSize);
}
