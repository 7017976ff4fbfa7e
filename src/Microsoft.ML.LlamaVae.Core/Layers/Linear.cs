using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Layers;

/// <summary>y = x Wᵀ + b, with weights drawn from a given generator (the global one is never touched) or left for a checkpoint.</summary>
internal sealed class Linear : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "weight")]
    private readonly Parameter _weight; // [O, I]

    [ComponentName(Name = "bias")]
    private readonly Parameter? _bias; // [O]

    public Linear(int inputs, int outputs, bool bias, Initializer init, double? std = null)
        : base(nameof(Linear))
    {
        _weight = init.Normal(std ?? 1 / Math.Sqrt(inputs), outputs, inputs);
        _bias = bias ? Initializer.Constant(0, outputs) : null;
        RegisterComponents();
    }

    public Parameter Weight => _weight;

    public Parameter? Bias => _bias;

    public override Tensor forward(Tensor input) => nn.functional.linear(input, _weight, _bias);
}
