using Microsoft.ML.LlamaVae.Flow;
using TorchSharp;
using static Microsoft.ML.LlamaVae.Layers.Numbers;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Tests.Flow;

/// <summary>The contract of <see cref="IInvertible"/>, for every block.</summary>
public sealed class InvertibleBlockTests
{
    public static TheoryData<string, int> Blocks
    {
        get
        {
            var data = new TheoryData<string, int>();
            foreach (var kind in FlowModels.Kinds)
            {
                // A coupling without a condition needs two dimensions.
                foreach (var size in kind == "coupling" ? new[] { 2, 5 } : [1, 2, 5])
                {
                    data.Add(kind, size);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Blocks))]
    public void RoundTrip_ReturnsTheInput_InBothDirections(string kind, int size)
    {
        using var scope = NewDisposeScope();
        using var block = FlowModels.Block(kind, size).Weights;
        var c = FlowModels.Normal(16, FlowModels.ConditionSize, 2);
        foreach (var scale in new[] { 1.0, 1e4 })
        {
            AssertRoundTrip((IInvertible)block, FlowModels.Normal(16, size, 3) * Number(scale), c, 1e-4);
        }
    }

    [Theory]
    [MemberData(nameof(Blocks))]
    public void RoundTrip_ReturnsTinyInputs_RelativeToTheirSize(string kind, int size)
    {
        using var scope = NewDisposeScope();
        using var block = FlowModels.Block(kind, size).Weights.to(float64);
        var c = FlowModels.Normal(16, FlowModels.ConditionSize, 2, ScalarType.Float64);
        var x = FlowModels.Normal(16, size, 3, ScalarType.Float64) * Number(1e-9);
        var invertible = (IInvertible)block;

        var forth = invertible.Inverse(invertible.Forward(x, c).Output, c).Output;
        var back = invertible.Forward(invertible.Inverse(x, c).Output, c).Output;

        Assert.InRange(FlowModels.LargestDifference(forth, x) / 1e-9, 0, 1e-4);
        Assert.InRange(FlowModels.LargestDifference(back, x) / 1e-9, 0, 1e-4);
    }

    [Theory]
    [MemberData(nameof(Blocks))]
    public void LogDetJacobian_EqualsThatOfAutograd_InBothDirections(string kind, int size)
    {
        using var scope = NewDisposeScope();
        using var block = FlowModels.Block(kind, size).Weights.to(float64);
        var invertible = (IInvertible)block;
        var x = FlowModels.Normal(4, size, 3, ScalarType.Float64);
        var c = FlowModels.Normal(4, FlowModels.ConditionSize, 2, ScalarType.Float64);

        AssertClose(
            FlowModels.JacobianLogDet(z => invertible.Forward(z, c).Output, x),
            invertible.Forward(x, c).LogDetJacobian
        );
        AssertClose(
            FlowModels.JacobianLogDet(u => invertible.Inverse(u, c).Output, x),
            invertible.Inverse(x, c).LogDetJacobian
        );
    }

    [Theory]
    [MemberData(nameof(Blocks))]
    public void Gradients_AreThoseOfCentralDifferences(string kind, int size)
    {
        using var scope = NewDisposeScope();
        using var block = FlowModels.Block(kind, size).Weights.to(float64);
        var invertible = (IInvertible)block;
        var x = FlowModels.Normal(3, size, 3, ScalarType.Float64);
        var c = FlowModels.Normal(3, FlowModels.ConditionSize, 2, ScalarType.Float64);
        Tensor Scalar((Tensor Output, Tensor LogDetJacobian) y) =>
            (y.Output * y.Output).sum().Plus(y.LogDetJacobian.sum() * Number(3));

        Assert.InRange(Numeric.GradientError(z => Scalar(invertible.Forward(z, c)), x), 0, 1e-6);
        Assert.InRange(Numeric.GradientError(u => Scalar(invertible.Inverse(u, c)), x), 0, 1e-6);
        Assert.InRange(
            Numeric.GradientError(v => Scalar(invertible.Forward(x, v)).Plus(v.sum() * Number(0)), c),
            0,
            1e-6
        );
        foreach (var (name, parameter) in block.named_parameters())
        {
            var error = Numeric.ParameterGradientError(() => Scalar(invertible.Forward(x, c)), parameter);
            Assert.True(error < 1e-6, $"{name}: the gradient is off by {error}.");
        }
    }

    [Theory]
    [InlineData("act-norm")]
    [InlineData("coupling")]
    [InlineData("conditioned coupling")]
    public void Block_BeginsAsTheIdentity(string kind)
    {
        using var scope = NewDisposeScope();
        using var block = FlowModels.Block(kind, 5, spread: 0).Weights;
        var x = FlowModels.Normal(6, 5, 3);
        var (u, logDet) = ((IInvertible)block).Forward(x, FlowModels.Normal(6, FlowModels.ConditionSize, 2));

        Assert.Equal(0, FlowModels.LargestDifference(u, x));
        Assert.All(Numeric.Values(logDet), value => Assert.Equal(0, value));
    }

    [Theory]
    [MemberData(nameof(Blocks))]
    public void LiveTensors_StayFlat(string kind, int size)
    {
        using var block = FlowModels.Block(kind, size).Weights;
        var invertible = (IInvertible)block;
        using var x = FlowModels.Normal(4, size, 3);
        using var c = FlowModels.Normal(4, FlowModels.ConditionSize, 2);
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        for (var i = 0; i < 20; i++)
        {
            var (u, forward) = invertible.Forward(x, c);
            var (z, inverse) = invertible.Inverse(x, c);
            foreach (var result in new[] { u, forward, z, inverse })
            {
                result.Dispose();
            }
        }

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    private static void AssertRoundTrip(IInvertible block, Tensor x, Tensor c, double tolerance)
    {
        var (u, forward) = block.Forward(x, c);
        var (z, back) = block.Inverse(u, c);
        var (v, inverse) = block.Inverse(x, c);
        var (y, forth) = block.Forward(v, c);
        var size = Math.Max(1, x.abs().max().item<float>());

        Assert.InRange(FlowModels.LargestDifference(z, x) / size, 0, tolerance);
        Assert.InRange(FlowModels.LargestDifference(y, x) / size, 0, tolerance);
        Assert.InRange(forward.Plus(back).abs().max().item<float>(), 0, tolerance);
        Assert.InRange(inverse.Plus(forth).abs().max().item<float>(), 0, tolerance);
    }

    private static void AssertClose(double[] expected, Tensor actual)
    {
        var got = actual.detach().data<double>().ToArray();
        Assert.Equal(expected.Length, got.Length);
        Assert.All(expected.Zip(got), pair => Assert.Equal(pair.First, pair.Second, 1e-9));
    }
}
