using Microsoft.ML.LlamaVae.Layers;

namespace Microsoft.ML.LlamaVae.Flow;

/// <summary>The blocks of T that a configuration asks for.</summary>
internal static class FlowArchitecture
{
    /// <summary>K times (ActNorm, mixing, coupling), then ActNorm and a linear map that begins as the identity.</summary>
    public static InvertibleSequence Build(InvertibleCvaeConfiguration c, Initializer init) =>
        new([
            .. Enumerable.Range(0, c.Blocks).Select(_ => Block(c, init)),
            new ActNorm(c.LatentSize),
            new InvertibleLinear(Permutation.Identity(c.LatentSize)),
        ]);

    private static InvertibleSequence Block(InvertibleCvaeConfiguration c, Initializer init) =>
        new(
            new ActNorm(c.LatentSize),
            Mixing(c, init),
            new AffineCoupling(
                c.LatentSize,
                c.ConditionCouplings ? c.ConditionSize : 0,
                c.HiddenSize,
                c.ScaleClamp,
                init
            )
        );

    private static IInvertible Mixing(InvertibleCvaeConfiguration c, Initializer init) =>
        c.Mixing switch
        {
            FlowMixing.RandomPermutation => Permutation.Random(c.LatentSize, init),
            FlowMixing.Reversal => Permutation.Reversed(c.LatentSize),
            _ => new InvertibleLinear(Permutation.Random(c.LatentSize, init)),
        };
}
