using Microsoft.ML.LlamaVae.Layers;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Encoder;

/// <summary>One layer: attention, then norm(x + W₂ gelu(W₁ x)).</summary>
internal sealed class BertLayer : nn.Module
{
    [ComponentName(Name = "attention")]
    private readonly BertAttention _attention;

    [ComponentName(Name = "intermediate")]
    private readonly BertDense _inner;

    [ComponentName(Name = "output")]
    private readonly BertResidual _output;
    private readonly GELU.Approximate _approximate;

    public BertLayer(BertConfiguration c, Initializer init)
        : base(nameof(BertLayer))
    {
        _approximate = c.TanhGelu ? GELU.Approximate.tanh : GELU.Approximate.none;
        _attention = new BertAttention(c, init);
        _inner = new BertDense(c.HiddenSize, c.FeedForwardSize, init);
        _output = new BertResidual(c.FeedForwardSize, c, init);
        RegisterComponents();
    }

    /// <inheritdoc cref="BertSelfAttention.Forward"/>
    public Tensor Forward(Tensor x, TokenPlaces places, Tensor visible)
    {
        using var scope = NewDisposeScope();
        var seen = _attention.Forward(x, places, visible); // [N, H]
        var inner = nn.functional.gelu(_inner.call(seen), _approximate); // [N, F]
        return _output.Forward(seen, inner).MoveToOuterDisposeScope();
    }
}
