using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Layers;

/// <summary>y = x W + b with W stored [I, O]: the layout of GPT-2's checkpoints, which call it Conv1D.</summary>
internal sealed class TransposedLinear : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "weight")]
    private readonly Parameter _weight; // [I, O]

    [ComponentName(Name = "bias")]
    private readonly Parameter _bias; // [O]

    public TransposedLinear(int inputs, int outputs, Initializer init, double? std = null)
        : base(nameof(TransposedLinear))
    {
        _weight = init.Normal(std ?? 1 / Math.Sqrt(inputs), inputs, outputs);
        _bias = Initializer.Constant(0, outputs);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        return nn.functional.linear(input, _weight.t(), _bias).MoveToOuterDisposeScope();
    }
}
