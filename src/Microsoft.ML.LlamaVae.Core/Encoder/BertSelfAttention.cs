using Microsoft.ML.LlamaVae.Layers;
using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Encoder;

/// <summary>softmax(q kᵀ / √Dh) v over all real tokens.</summary>
internal sealed class BertSelfAttention : nn.Module
{
    [ComponentName(Name = "query")]
    private readonly Linear _query;

    [ComponentName(Name = "key")]
    private readonly Linear _key;

    [ComponentName(Name = "value")]
    private readonly Linear _value;
    private readonly int _heads;

    public BertSelfAttention(BertConfiguration c, Initializer init)
        : base(nameof(BertSelfAttention))
    {
        _heads = c.Heads;
        _query = new Linear(c.HiddenSize, c.HiddenSize, bias: true, init);
        _key = new Linear(c.HiddenSize, c.HiddenSize, bias: true, init);
        _value = new Linear(c.HiddenSize, c.HiddenSize, bias: true, init);
        RegisterComponents();
    }

    /// <summary>[N, H] → [N, H].</summary>
    /// <param name="x">Input, of the real tokens.</param>
    /// <param name="places">Of the N tokens.</param>
    /// <param name="visible">[B, 1, 1, S], bool, true at real tokens.</param>
    public Tensor Forward(Tensor x, TokenPlaces places, Tensor visible)
    {
        using var scope = NewDisposeScope();
        var attended = nn.functional.scaled_dot_product_attention(
            Heads(_query.call(x)),
            Heads(_key.call(x)),
            Heads(_value.call(x)),
            visible
        ); // [B, heads, S, Dh]
        return places.Gather(attended.transpose(1, 2)).flatten(1).MoveToOuterDisposeScope();

        Tensor Heads(Tensor tokens) => places.Spread(tokens.view(-1, _heads, tokens.size(1) / _heads)).transpose(1, 2);
    }
}
