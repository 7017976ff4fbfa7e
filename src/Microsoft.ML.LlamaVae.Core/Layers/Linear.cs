using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Layers;

/// <summary>y = x Wᵀ + b, with weights drawn from a given generator (the global one is never touched) or left for a checkpoint.</summary>
/// <remarks>Where no gradient is asked for, the CPU multiplies with a packed copy of the weights, made when it is first needed.</remarks>
internal sealed class Linear : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "weight")]
    private readonly Parameter _weight; // [O, I]

    [ComponentName(Name = "bias")]
    private readonly Parameter? _bias; // [O]
    private readonly bool _packs;
    private readonly Lock _packing = new();
    private PackedLinear? _packed;

    /// <param name="inputs">I.</param>
    /// <param name="outputs">O.</param>
    /// <param name="bias">Whether there is a b; it starts at zero.</param>
    /// <param name="init">Where weights come from.</param>
    /// <param name="std">Of the weights; 1/√I where null.</param>
    /// <param name="packs">False where the owner packs the weights itself.</param>
    public Linear(int inputs, int outputs, bool bias, Initializer init, double? std = null, bool packs = true)
        : base(nameof(Linear))
    {
        _packs = packs;
        _weight = init.Normal(std ?? 1 / Math.Sqrt(inputs), outputs, inputs);
        _bias = bias ? Initializer.Constant(0, outputs) : null;
        RegisterComponents();
    }

    public Parameter Weight => _weight;

    public Parameter? Bias => _bias;

    public override Tensor forward(Tensor input)
    {
        if (!_packs || !PackedLinear.Suits(input, _weight))
        {
            return nn.functional.linear(input, _weight, _bias);
        }

        using var packed = Packed();
        return packed.Call(input);
    }

    // Packed when it is first asked for, and again where a weight has changed since.
    private PackedLinear Packed()
    {
        lock (_packing)
        {
            if (_packed?.IsStale == true)
            {
                _packed.Dispose();
                _packed = null;
            }

            return (_packed ??= new PackedLinear(this)).Share();
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _packed?.Dispose();
            _packed = null;
        }

        base.Dispose(disposing);
    }
}
