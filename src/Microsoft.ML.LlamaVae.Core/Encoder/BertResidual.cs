using Microsoft.ML.LlamaVae.Layers;
using TorchSharp;
using TorchSharp.Utils;
using static Microsoft.ML.LlamaVae.Layers.Numbers;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Encoder;

/// <summary>The end of each half of a layer: norm(x + W y + b).</summary>
internal sealed class BertResidual : nn.Module
{
    [ComponentName(Name = "dense")]
    private readonly Linear _dense;

    [ComponentName(Name = "LayerNorm")]
    private readonly LayerNorm _norm;

    public BertResidual(int inputs, BertConfiguration c, Initializer init)
        : base(nameof(BertResidual))
    {
        _dense = new Linear(inputs, c.HiddenSize, bias: true, init);
        _norm = new LayerNorm(c.HiddenSize, c.NormEpsilon);
        RegisterComponents();
    }

    /// <summary>[N, H] → [N, H].</summary>
    /// <param name="x">What went into the half [N, H].</param>
    /// <param name="y">What it made of it [N, I].</param>
    public Tensor Forward(Tensor x, Tensor y)
    {
        using var scope = NewDisposeScope();
        return _norm.call(x.Plus(_dense.call(y))).MoveToOuterDisposeScope();
    }
}
