using Microsoft.ML.LlamaVae.Bottleneck;
using Microsoft.ML.LlamaVae.Objective;
using TorchSharp;
using static Microsoft.ML.LlamaVae.Layers.Numbers;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Tests.Objective;

public sealed class ElboTests
{
    [Fact]
    public void Loss_IsReconstructionPlusWeightedKl_WhereAllDimensionsExceedTheFreeBits()
    {
        using var scope = NewDisposeScope();
        using var q = new DiagonalGaussian(full(2, 3, Number(2.0)), zeros(2, 3)); // KL 2 per dimension
        var logits = zeros(5, 7); // −log p = ln 7 per token
        using var terms = Elbo.Compute(logits, zeros(5, int64), q, beta: 0.5, freeBits: 0.3);

        Assert.Equal(5 * Math.Log(7), terms.Reconstruction.item<float>(), 4);
        Assert.Equal(12, terms.Kl.item<float>(), 4);
        Assert.Equal(5 * Math.Log(7) + 0.5 * 12, terms.Loss.item<float>(), 4);
    }

    [Fact]
    public void ThresholdedKl_CountsTheFreeBits_WhereADimensionIsBelowThem()
    {
        using var scope = NewDisposeScope();
        var kl = tensor(
            new float[,]
            {
                { 0.1f, 1f },
                { 0.3f, 3f },
            }
        ); // means 0.2 and 2

        Assert.Equal(2 * (0.5 + 2), Elbo.ThresholdedKl(kl, 0.5).item<float>(), 5);
    }

    [Fact]
    public void ThresholdedKl_HasNoGradient_BelowTheFreeBits()
    {
        using var scope = NewDisposeScope();
        var mu = full(2, 1, Number(0.1)).requires_grad_();
        using var q = new DiagonalGaussian(mu, zeros(2, 1));
        Elbo.ThresholdedKl(q.Kl(), freeBits: 1).backward();

        Assert.All(Numeric.Values(mu.grad!), value => Assert.Equal(0, value));
    }

    [Fact]
    public void Loss_HasTheGradientOfCentralDifferences()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(2);
        var at = empty(3, 8, float64).normal_(0, 1, generator);
        var targets = tensor(new long[] { 0, 3, 2 });

        var error = Numeric.GradientError(
            x =>
                Elbo.Compute(
                    x.narrow(1, 0, 4),
                    targets,
                    new DiagonalGaussian(x.narrow(1, 4, 2), x.narrow(1, 6, 2)),
                    beta: 0.7,
                    freeBits: 0.01
                ).Loss,
            at
        );

        Assert.InRange(error, 0, 1e-7);
    }
}
