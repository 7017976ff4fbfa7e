using Microsoft.ML.LlamaVae.Layers;
using TorchSharp;
using TorchSharp.Utils;
using static Microsoft.ML.LlamaVae.Layers.Numbers;
using static TorchSharp.torch;
using Linear = Microsoft.ML.LlamaVae.Layers.Linear;

namespace Microsoft.ML.LlamaVae.Encoder;

/// <summary>T5's self-attention: no 1/√Dh, a bias for relative positions instead of positions in the input.</summary>
internal sealed class T5Attention : nn.Module
{
    [ComponentName(Name = "q")]
    private readonly Linear _query;

    [ComponentName(Name = "k")]
    private readonly Linear _key;

    [ComponentName(Name = "v")]
    private readonly Linear _value;

    [ComponentName(Name = "o")]
    private readonly Linear _output;

    // The first block's only; the others use it too.
    [ComponentName(Name = "relative_attention_bias")]
    private readonly RelativePositionBias? _positionBias;
    private readonly SentenceT5Configuration _c;

    public T5Attention(SentenceT5Configuration configuration, bool hasPositionBias, Initializer init)
        : base(nameof(T5Attention))
    {
        var c = _c = configuration;
        var inner = c.Heads * c.HeadSize;
        // The missing 1/√Dh sits in the queries' initial scale.
        _query = new Linear(c.HiddenSize, inner, bias: false, init, 1 / Math.Sqrt(c.HiddenSize * c.HeadSize));
        _key = new Linear(c.HiddenSize, inner, bias: false, init);
        _value = new Linear(c.HiddenSize, inner, bias: false, init);
        _output = new Linear(inner, c.HiddenSize, bias: false, init);
        _positionBias = hasPositionBias ? new RelativePositionBias(c, init) : null;
        RegisterComponents();
    }

    /// <summary>Bias of this block's table for a length, or null where it has none: [1, heads, S, S].</summary>
    public Tensor? PositionBias(int length) => _positionBias?.For(length);

    /// <summary>[N, H] → [N, H].</summary>
    /// <param name="x">Normed input, of the real tokens.</param>
    /// <param name="places">Of the N tokens.</param>
    /// <param name="bias">[B, heads, S, S]: position bias, −∞ at padding.</param>
    public Tensor Forward(Tensor x, TokenPlaces places, Tensor bias)
    {
        using var scope = NewDisposeScope();
        // The kernel divides by √Dh, which T5 doesn't.
        var q = Heads(_query.call(x).mul_(Number(Math.Sqrt(_c.HeadSize)))); // [B, heads, S, Dh]
        var attended = nn.functional.scaled_dot_product_attention(q, Heads(_key.call(x)), Heads(_value.call(x)), bias);
        var joined = places.Gather(attended.transpose(1, 2)).flatten(1); // [N, heads·Dh]
        return _output.call(joined).MoveToOuterDisposeScope();

        Tensor Heads(Tensor tokens) => places.Spread(tokens.view(-1, _c.Heads, _c.HeadSize)).transpose(1, 2);
    }
}
