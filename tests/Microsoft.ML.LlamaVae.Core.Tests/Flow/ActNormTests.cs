using Microsoft.ML.LlamaVae.Flow;
using TorchSharp;
using static Microsoft.ML.LlamaVae.Layers.Numbers;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Tests.Flow;

public sealed class ActNormTests
{
    [Fact]
    public void Initialize_StandardisesTheBatch()
    {
        using var scope = NewDisposeScope();
        using var norm = new ActNorm(3);
        var x = (FlowModels.Normal(500, 3, 1) * tensor(new[] { 0.01f, 1f, 50f })).Plus(Number(7));
        norm.Initialize(x);
        var u = norm.Forward(x).Output;

        Assert.All(Numeric.Values(u.mean([0])), mean => Assert.Equal(0, mean, 1e-3));
        Assert.All(Numeric.Values(u.var(0, unbiased: false)), variance => Assert.Equal(1, variance, 1e-3));
    }

    [Fact]
    public void Initialize_HappensOnce()
    {
        using var scope = NewDisposeScope();
        using var norm = new ActNorm(2);
        var x = FlowModels.Normal(50, 2, 1);
        norm.Initialize(x);
        var before = Numeric.Values(norm.Forward(x).Output);
        norm.Initialize((x * Number(10)).Plus(Number(3)));

        Assert.Equal(before, Numeric.Values(norm.Forward(x).Output));
    }

    [Fact]
    public void Initialize_DoesNothing_AfterARestore()
    {
        using var scope = NewDisposeScope();
        using var norm = new ActNorm(2);
        using var restored = new ActNorm(2);
        var x = FlowModels.Normal(50, 2, 1) * Number(4);
        norm.Initialize(x);
        restored.load_state_dict(norm.state_dict());
        restored.Initialize((x * Number(10)).Plus(Number(3)));

        Assert.True(restored.IsInitialized);
        Assert.Equal(Numeric.Values(norm.Forward(x).Output), Numeric.Values(restored.Forward(x).Output));
    }

    [Fact]
    public void Initialize_Waits_WhereTheBatchHasOneRow()
    {
        using var scope = NewDisposeScope();
        using var norm = new ActNorm(2);
        var row = FlowModels.Normal(1, 2, 1);
        norm.Initialize(row);

        Assert.False(norm.IsInitialized);
        Assert.Equal(Numeric.Values(row), Numeric.Values(norm.Forward(row).Output));
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.1)]
    [InlineData(-12345.678)]
    public void Initialize_OnlyCentres_WhatDoesNotVary(double constant)
    {
        using var scope = NewDisposeScope();
        using var norm = new ActNorm(2);
        var x = FlowModels.Normal(64, 2, 1);
        x.select(1, 0).fill_(Number(constant));
        norm.Initialize(x);
        var (u, logDet) = norm.Forward(x.Plus(Number(1)));

        Assert.All(Numeric.Values(u.select(1, 0)), value => Assert.Equal(1, value, 2e-3));
        Assert.InRange(logDet[0].item<float>(), -1, 1);
    }
}
