using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Layers;

/// <summary>y = (x − mean(x)) / √(var(x) + ε) ⊙ w + b, as in BERT and GPT-2.</summary>
internal sealed class LayerNorm : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "weight")]
    private readonly Parameter _weight; // [H]

    [ComponentName(Name = "bias")]
    private readonly Parameter _bias; // [H]
    private readonly long[] _shape;
    private readonly double _epsilon;

    public LayerNorm(int size, double epsilon)
        : base(nameof(LayerNorm))
    {
        (_shape, _epsilon) = ([size], epsilon);
        _weight = Initializer.Constant(1, size);
        _bias = Initializer.Constant(0, size);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input) => nn.functional.layer_norm(input, _shape, _weight, _bias, _epsilon);
}
