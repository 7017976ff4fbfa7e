using Microsoft.ML.LlamaVae.Layers;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Decoder;

/// <summary>W₂ gelu(W₁ x), with the tanh approximation of GELU.</summary>
internal sealed class Gpt2FeedForward : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "c_fc")]
    private readonly TransposedLinear _inner;

    [ComponentName(Name = "c_proj")]
    private readonly TransposedLinear _output;

    public Gpt2FeedForward(Gpt2Configuration c, Initializer init)
        : base(nameof(Gpt2FeedForward))
    {
        _inner = new TransposedLinear(c.HiddenSize, c.FeedForwardSize, init);
        var std = 1 / Math.Sqrt(2.0 * c.Layers * c.FeedForwardSize);
        _output = new TransposedLinear(c.FeedForwardSize, c.HiddenSize, init, std);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var inner = nn.functional.gelu(_inner.call(input), GELU.Approximate.tanh); // [B, T, F]
        return _output.call(inner).MoveToOuterDisposeScope(); // [B, T, H]
    }
}
