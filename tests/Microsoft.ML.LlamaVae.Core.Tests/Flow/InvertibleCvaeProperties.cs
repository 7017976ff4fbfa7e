using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Microsoft.ML.LlamaVae.Flow;
using TorchSharp;
using static Microsoft.ML.LlamaVae.Layers.Numbers;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Tests.Flow;

/// <summary>What holds for every D, C and K and every way to condition.</summary>
public sealed class InvertibleCvaeProperties
{
    [Property(MaxTest = 40, Arbitrary = [typeof(Configurations)])]
    public void RoundTrip_Jacobian_AndShapes_Hold(InvertibleCvaeConfiguration configuration, PositiveInt seed)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator((ulong)seed.Get);
        using var model = FlowModels.Cvae(configuration, seed.Get);
        model.to(float64);
        var (size, conditionSize) = (configuration.LatentSize, configuration.ConditionSize);
        var z = FlowModels.Normal(3, size, seed.Get, ScalarType.Float64) * Number(2);
        var c = FlowModels.Normal(3, conditionSize, seed.Get, ScalarType.Float64);
        var flow = model.Transform;
        var (u, logDet) = flow.Forward(z, c);
        var expected = FlowModels.JacobianLogDet(x => flow.Forward(x, c).Output, z);

        Assert.InRange(FlowModels.LargestDifference(flow.Inverse(u, c).Output, z), 0, 1e-8);
        Assert.InRange(FlowModels.LargestDifference(logDet, tensor(expected)), 0, 1e-8);
        Assert.Equal([3], model.LogDensity(z, c).shape);
        Assert.Equal([3, 2, size], model.Sample(c, generator, samplesPerRow: 2).shape);
        Assert.True(model.LogDensity(model.Middle(c), c).isfinite().all().item<bool>());
    }

    private static class Configurations
    {
        public static Arbitrary<InvertibleCvaeConfiguration> Valid() =>
            (
                from size in Gen.Choose(1, 9)
                from conditionSize in Gen.Choose(1, 9)
                from blocks in Gen.Choose(0, 4)
                from mean in Gen.Elements(Enum.GetValues<PriorMean>())
                from mixing in Gen.Elements(Enum.GetValues<FlowMixing>())
                from conditionCouplings in Gen.Elements(true, false)
                select new InvertibleCvaeConfiguration
                {
                    LatentSize = size,
                    ConditionSize = mean == PriorMean.Identity ? size : conditionSize,
                    Blocks = blocks,
                    PriorMean = mean,
                    Mixing = mixing,
                    ConditionCouplings = conditionCouplings || size == 1,
                    HiddenSize = 8,
                }
            ).ToArbitrary();
    }
}
