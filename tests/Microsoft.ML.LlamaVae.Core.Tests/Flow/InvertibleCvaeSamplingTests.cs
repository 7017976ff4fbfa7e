using Microsoft.ML.LlamaVae.Flow;
using TorchSharp;
using static Microsoft.ML.LlamaVae.Layers.Numbers;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Tests.Flow;

/// <summary>From the condition to the latent and back.</summary>
public sealed class InvertibleCvaeSamplingTests
{
    private static readonly InvertibleCvaeConfiguration s_small = new()
    {
        LatentSize = 4,
        ConditionSize = 3,
        Blocks = 3,
        HiddenSize = 8,
    };

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void Sample_FollowsTheDensity(int blocks)
    {
        using var scope = NewDisposeScope();
        using var ungraded = no_grad();
        using var model = FlowModels.Cvae(s_small with { Blocks = blocks, ConditionCouplings = true }, spread: 0.2);
        using var generator = new Generator(3);
        var c = FlowModels.Normal(1, 3, 3);
        var z = model.Sample(c, generator, samplesPerRow: 40_000)[0]; // [S, D]
        var many = c.expand(z.size(0), 3);
        // u ~ N(m, σ²I) says that E[log p(z|c)] = −entropy of that Gaussian + E[log|det ∂T/∂z|].
        var logDet = model.Transform.Forward(z, Standardized(model, many)).LogDetJacobian;
        var sigma = Math.Exp(model.state_dict()["log_sigma"].item<float>());
        var entropy = 4 * (0.5 * Math.Log(2 * Math.PI * Math.E) + Math.Log(sigma));

        var difference = (model.LogDensity(z, many) - logDet).mean().item<float>() + entropy;

        Assert.Equal(0, difference, 0.03);
    }

    [Fact]
    public void Sample_HasTheMomentsOfTheLinearGaussian_WhereThereAreNoBlocks()
    {
        using var scope = NewDisposeScope();
        using var ungraded = no_grad();
        using var model = FlowModels.Cvae(s_small with { Blocks = 0 }, spread: 0.5);
        using var generator = new Generator(3);
        var c = FlowModels.Normal(1, 3, 3);
        var z = model.Sample(c, generator, samplesPerRow: 100_000)[0].to(float64); // [S, D]
        model.to(float64);
        var middle = model.Middle(c.to(float64)); // [1, D]
        var covariance = (z - middle).t().matmul(z - middle) / Number(z.size(0)); // [D, D]
        var (_, logDet) = linalg.slogdet(covariance);

        // At the mean, log N = −½ log det(2πΣ).
        var expected = -0.5 * (4 * Math.Log(2 * Math.PI) + logDet.item<double>());

        Assert.InRange(FlowModels.LargestDifference(z.mean([0]), middle[0]), 0, 0.05);
        Assert.Equal(expected, model.LogDensity(middle, c.to(float64)).item<double>(), 0.03);
    }

    [Fact]
    public void Sample_IsTheMiddle_AtTemperatureZero_AndNearerToItAtALowOne()
    {
        using var scope = NewDisposeScope();
        using var model = FlowModels.Cvae(s_small);
        using var generator = new Generator(3);
        var c = FlowModels.Normal(6, 3, 3);
        var middle = model.Middle(c); // [B, D]
        double Distance(double temperature) =>
            (model.Sample(c, generator, temperature, 50) - middle.unsqueeze(1)).pow(Number(2)).mean().item<float>();

        Assert.Equal(0, Distance(0), 1e-9);
        Assert.InRange(Distance(0.3) / Distance(1), 0.03, 0.3);
    }

    [Fact]
    public void Sample_IsTheSame_ForTheSameSeed_AndDiffersBetweenSamplesOfARow()
    {
        using var scope = NewDisposeScope();
        using var model = FlowModels.Cvae(s_small);
        using var first = new Generator(9);
        using var second = new Generator(9);
        var c = FlowModels.Normal(6, 3, 3);
        var z = model.Sample(c, first, samplesPerRow: 2);

        Assert.Equal([6, 2, 4], z.shape);
        Assert.Equal(Numeric.Values(z), Numeric.Values(model.Sample(c, second, samplesPerRow: 2)));
        Assert.NotEqual(Numeric.Values(z.select(1, 0)), Numeric.Values(z.select(1, 1)));
    }

    [Fact]
    public void Sample_KeepsTheSamplesOfARowTogether()
    {
        using var scope = NewDisposeScope();
        using var model = FlowModels.Cvae(s_small with { ConditionCouplings = true });
        using var generator = new Generator(9);
        var c = FlowModels.Normal(6, 3, 3);
        var z = model.Sample(c, generator, temperature: 0, samplesPerRow: 3); // [B, S, D]

        Assert.InRange(FlowModels.LargestDifference(z, model.Middle(c).unsqueeze(1).expand(6, 3, 4)), 0, 1e-5);
    }

    [Theory]
    [InlineData(PriorMean.Identity, 4)]
    [InlineData(PriorMean.Linear, 2)]
    [InlineData(PriorMean.Linear, 4)]
    public void ToConditionSpace_FindsTheConditionOfItsMiddle(PriorMean mean, int conditionSize)
    {
        using var scope = NewDisposeScope();
        using var model = FlowModels.Cvae(
            s_small with
            {
                PriorMean = mean,
                ConditionSize = conditionSize,
            },
            spread: 0.2
        );
        model.to(float64);
        var c = FlowModels.Normal(6, conditionSize, 3, ScalarType.Float64);

        Assert.True(model.HasConditionSpace);
        Assert.InRange(FlowModels.LargestDifference(model.ToConditionSpace(model.Middle(c)), c), 0, 1e-8);
    }

    [Fact]
    public void ToConditionSpace_FindsAConditionWithThatMiddle_WhereThereAreMoreDimensionsThanInTheLatent()
    {
        using var scope = NewDisposeScope();
        using var model = FlowModels.Cvae(s_small with { ConditionSize = 9 }, spread: 0.2);
        model.to(float64);
        var z = FlowModels.Normal(6, 4, 3, ScalarType.Float64);
        var c = model.ToConditionSpace(z);

        Assert.Equal([6, 9], c.shape);
        Assert.InRange(FlowModels.LargestDifference(model.Middle(c), z), 0, 1e-8);
    }

    [Theory]
    [InlineData(PriorMean.Linear, true, "Fit one with ConditionCouplings = false.")]
    [InlineData(PriorMean.Zero, false, "Fit one with PriorMean.Linear or PriorMean.Identity.")]
    public void ToConditionSpace_IsRefused_WhereThereIsNoWayBack(PriorMean mean, bool conditionCouplings, string remedy)
    {
        using var scope = NewDisposeScope();
        using var model = FlowModels.Cvae(s_small with { PriorMean = mean, ConditionCouplings = conditionCouplings });

        Assert.False(model.HasConditionSpace);
        var error = Assert.Throws<InvalidOperationException>(() => model.ToConditionSpace(zeros(1, 4)));
        Assert.EndsWith(remedy, error.Message, StringComparison.Ordinal);
    }

    private static Tensor Standardized(InvertibleCvae model, Tensor condition)
    {
        var state = model.state_dict();
        return (condition - state["condition_norm.center"]) * state["condition_norm.log_scale"].exp();
    }
}
