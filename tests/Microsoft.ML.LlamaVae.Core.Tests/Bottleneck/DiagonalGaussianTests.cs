using Microsoft.ML.LlamaVae.Bottleneck;
using TorchSharp;
using static Microsoft.ML.LlamaVae.Layers.Numbers;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Tests.Bottleneck;

public sealed class DiagonalGaussianTests
{
    [Fact]
    public void Kl_IsZero_WhenPosteriorEqualsPrior()
    {
        using var q = new DiagonalGaussian(zeros(3, 4), zeros(3, 4));
        using var kl = q.Kl();

        Assert.All(Numeric.Values(kl), value => Assert.Equal(0, value));
    }

    [Theory]
    [InlineData(1.0, 0.0, 0.5)] // ½ mu²
    [InlineData(0.0, 1.0, 0.35914)] // ½ (e − 1 − 1)
    [InlineData(-2.0, -3.0, 3.02489)] // ½ (4 + e⁻³ + 3 − 1)
    public void Kl_EqualsTheClosedForm(double mu, double logVar, double expected)
    {
        using var q = new DiagonalGaussian(full(1, 1, Number(mu)), full(1, 1, Number(logVar)));
        using var kl = q.Kl();

        Assert.Equal(expected, kl.item<float>(), 4);
    }

    [Fact]
    public void Kl_EqualsTheMeanOfLogRatiosOfSamples()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(3);
        using var q = new DiagonalGaussian(full(200_000, 1, Number(0.7)), full(200_000, 1, Number(-1.2)));
        using var prior = new DiagonalGaussian(zeros(200_000, 1), zeros(200_000, 1));
        var z = q.Sample(generator);
        var sampled = (q.LogProbability(z) - prior.LogProbability(z)).mean().item<float>();

        Assert.Equal(q.Kl()[0].item<float>(), sampled, 2);
    }

    [Fact]
    public void KlToAnotherGaussian_EqualsTheMeanOfLogRatiosOfSamples_AndTheOtherKlForAStandardPrior()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(3);
        using var q = new DiagonalGaussian(full(200_000, 1, Number(0.7)), full(200_000, 1, Number(-1.2)));
        using var p = new DiagonalGaussian(full(200_000, 1, Number(-0.4)), full(200_000, 1, Number(0.5)));
        using var standard = new DiagonalGaussian(zeros(200_000, 1), zeros(200_000, 1));
        var z = q.Sample(generator);
        var sampled = (q.LogProbability(z) - p.LogProbability(z)).mean().item<float>();

        Assert.Equal(q.Kl(p)[0].item<float>(), sampled, 2);
        Assert.Equal(q.Kl()[0].item<float>(), q.Kl(standard)[0].item<float>(), 5);
        Assert.Equal(0, q.Kl(q)[0].item<float>(), 6);
    }

    [Fact]
    public void Sample_HasTheMeanAndVarianceOfThePosterior()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        using var q = new DiagonalGaussian(full(100_000, 1, Number(2.0)), full(100_000, 1, Number(Math.Log(0.25))));
        var z = q.Sample(generator);

        Assert.Equal(2.0, z.mean().item<float>(), 2);
        Assert.Equal(0.5, z.std().item<float>(), 2);
    }

    [Fact]
    public void Sample_IsTheSame_ForTheSameSeed()
    {
        using var scope = NewDisposeScope();
        using var q = new DiagonalGaussian(zeros(2, 3), zeros(2, 3));
        using var first = new Generator(9);
        using var second = new Generator(9);

        Assert.Equal(Numeric.Values(q.Sample(first)), Numeric.Values(q.Sample(second)));
    }

    [Fact]
    public void Kl_HasTheGradientOfCentralDifferences()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(5);
        var at = empty(2, 6, float64).normal_(0, 1, generator);

        var error = Numeric.GradientError(
            x => new DiagonalGaussian(x.narrow(1, 0, 3), x.narrow(1, 3, 3)).Kl().sum(),
            at
        );

        Assert.InRange(error, 0, 1e-8);
    }

    [Fact]
    public void Constructor_RefusesShapesThatDiffer()
    {
        var error = Assert.Throws<ArgumentException>(() => new DiagonalGaussian(zeros(2, 3), zeros(2, 4)));

        Assert.Contains("got [2, 3] and [2, 4]", error.Message, StringComparison.Ordinal);
    }
}
