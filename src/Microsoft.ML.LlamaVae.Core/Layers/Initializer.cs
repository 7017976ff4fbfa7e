using TorchSharp;
using TorchSharp.Modules;
using static Microsoft.ML.LlamaVae.Layers.Numbers;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Layers;

/// <summary>Makes parameters: random ones from a private generator, or unset ones that a checkpoint fills.</summary>
/// <remarks>Always float32 on the CPU; the module is moved and converted as a whole afterwards.</remarks>
internal sealed class Initializer
{
    private readonly Generator? _generator;

    private Initializer(Generator? generator) => _generator = generator;

    /// <summary>Parameters whose values a checkpoint will set.</summary>
    public static Initializer Unset { get; } = new(null);

    /// <summary>Parameters drawn from this generator, in the order of creation.</summary>
    public static Initializer From(Generator generator) => new(generator);

    /// <summary>N(0, std²).</summary>
    public Parameter Normal(double std, params long[] shape)
    {
        using var scope = NewDisposeScope();
        var values = empty(shape, float32);
        return Own(_generator is null ? values : values.normal_(0, std, _generator));
    }

    /// <summary>A random order of 0 … n − 1, int64; not a parameter. In order where a checkpoint will set it.</summary>
    public Tensor Permutation(int size)
    {
        var order = _generator is null
            ? arange(Number(0), Number(size), Number(1), int64)
            : randperm(size, int64, generator: _generator); // [n]
        return order.DetachFromDisposeScope();
    }

    /// <summary>The same value everywhere.</summary>
    public static Parameter Constant(double value, params long[] shape)
    {
        using var scope = NewDisposeScope();
        return Own(full(shape, Number(value), float32));
    }

    private static Parameter Own(Tensor values)
    {
        var parameter = new Parameter(values, requires_grad: true);
        parameter.DetachFromDisposeScope();
        values.DetachFromDisposeScope();
        return parameter;
    }
}
