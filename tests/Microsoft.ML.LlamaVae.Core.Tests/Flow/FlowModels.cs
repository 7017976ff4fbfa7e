using Microsoft.ML.LlamaVae.Flow;
using Microsoft.ML.LlamaVae.Layers;
using TorchSharp;
using static Microsoft.ML.LlamaVae.Layers.Numbers;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Tests.Flow;

/// <summary>Blocks and models with weights away from their start, where most of them are the identity.</summary>
internal static class FlowModels
{
    public const int ConditionSize = 3;

    public static readonly string[] Kinds =
    [
        "act-norm",
        "permutation",
        "reversal",
        "linear",
        "coupling",
        "conditioned coupling",
        "sequence",
    ];

    /// <summary>A block of the kind, its weights moved at random.</summary>
    public static IInvertible Block(string kind, int size, int seed = 1, double spread = 0.3)
    {
        using var generator = new Generator((ulong)seed);
        var init = Initializer.From(generator);
        IInvertible Coupling(int conditionSize) => new AffineCoupling(size, conditionSize, 6, 2, init);
        IInvertible block = kind switch
        {
            "act-norm" => new ActNorm(size),
            "permutation" => Permutation.Random(size, init),
            "reversal" => Permutation.Reversed(size),
            "linear" => new InvertibleLinear(Permutation.Random(size, init)),
            "coupling" => Coupling(0),
            "conditioned coupling" => Coupling(ConditionSize),
            _ => new InvertibleSequence(
                new ActNorm(size),
                Permutation.Reversed(size),
                Coupling(ConditionSize),
                new InvertibleLinear(Permutation.Random(size, init))
            ),
        };
        Move(block.Weights, generator, spread);
        return block;
    }

    /// <summary>A model, its weights moved at random.</summary>
    public static InvertibleCvae Cvae(InvertibleCvaeConfiguration configuration, int seed = 1, double spread = 0.1)
    {
        using var generator = new Generator((ulong)seed);
        var model = new InvertibleCvae(configuration, generator);
        Move(model, generator, spread);
        return model;
    }

    public static Tensor Normal(long rows, long columns, int seed, ScalarType type = ScalarType.Float32)
    {
        using var generator = new Generator((ulong)seed);
        return empty(rows, columns, type).normal_(0, 1, generator);
    }

    /// <summary>log|det| of autograd's Jacobian of each row of x [B, D].</summary>
    public static double[] JacobianLogDet(Func<Tensor, Tensor> map, Tensor x)
    {
        using var scope = NewDisposeScope();
        var size = x.size(1);
        var at = x.detach().clone().requires_grad_();
        var y = map(at); // [B, D]
        var rows = Enumerable
            .Range(0, (int)size)
            .Select(i => autograd.grad([y.select(1, i).sum()], [at], retain_graph: true)[0]); // row i: [B, D]
        var (_, logDet) = linalg.slogdet(stack(rows, 1)); // [B, D, D] → [B]
        return logDet.data<double>().ToArray();
    }

    public static double LargestDifference(Tensor a, Tensor b)
    {
        using var scope = NewDisposeScope();
        return (a - b).abs().max().to(float64).item<double>();
    }

    private static void Move(nn.Module module, Generator generator, double spread)
    {
        using var ungraded = no_grad();
        using var scope = NewDisposeScope();
        foreach (var parameter in module.parameters())
        {
            parameter.add_(empty_like(parameter).normal_(0, spread, generator), Number(1));
        }
    }
}
