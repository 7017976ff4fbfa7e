using TorchSharp.Modules;
using TorchSharp.Utils;
using static Microsoft.ML.LlamaVae.Layers.Numbers;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Layers;

/// <summary>y = x / √(mean(x²) + ε) ⊙ w, as in T5 and LLaMA; the mean is taken in float32 at least.</summary>
internal sealed class RmsNorm : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "weight")]
    private readonly Parameter _weight; // [H]
    private readonly double _epsilon;

    public RmsNorm(int size, double epsilon)
        : base(nameof(RmsNorm))
    {
        _epsilon = epsilon;
        _weight = Initializer.Constant(1, size);
        RegisterComponents();
    }

    public Parameter Weight => _weight;

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var x = input.dtype == ScalarType.Float64 ? input : input.to(float32); // [..., H]
        var norm = linalg.vector_norm(x, 2, [-1], keepdim: true); // [..., 1]
        var scale = (norm * norm / Number(x.size(-1))).Plus(Number(_epsilon)).rsqrt_(); // [..., 1]
        return (x * scale).to(input.dtype).mul(_weight).MoveToOuterDisposeScope();
    }
}
