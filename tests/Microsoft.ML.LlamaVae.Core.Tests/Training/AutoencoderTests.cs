using Microsoft.ML.LlamaVae.Bottleneck;
using Microsoft.ML.LlamaVae.Evaluation;
using Microsoft.ML.LlamaVae.Objective;
using Microsoft.ML.LlamaVae.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Tests.Training;

/// <summary>The plain autoencoder (β = 0, a point posterior) and the denoising one: options of the same parts.</summary>
public sealed class AutoencoderTests
{
    private static readonly LlamaVaeConfiguration s_point = TinyModel.Configuration with
    {
        Posterior = PosteriorKind.Point,
    };

    private static readonly VaeTrainerOptions s_options = new()
    {
        Training = new TrainingOptions
        {
            Epochs = 80,
            BatchSize = 4,
            LearningRate = 0.01,
            WarmupSteps = 5,
            ValidationFraction = 0,
        },
        Beta = BetaSchedule.Zero,
        WordDropout = 0,
    };

    [Fact]
    public void PlainAutoencoder_LearnsAFewTextsByHeart_AndASampleTellsThemAsTheMeanDoes()
    {
        using var scope = NewDisposeScope();
        using var model = LlamaVaeModel.Create(s_point, seed: 1);

        VaeTrainer.Fit(model, TinyModel.Texts, s_options);

        using var q = model.Encode(TinyModel.Texts);
        using var generator = new Generator(1);
        Assert.Equal(TinyModel.Texts, model.Decode(q.Mu));
        Assert.Equal(TinyModel.Texts, model.Decode(q.Sample(generator)));
        Assert.InRange(ReconstructionEvaluator.Evaluate(model, TinyModel.Texts).ReconstructionNatsPerToken, 0, 0.2);
    }

    [Fact]
    public void PointPosterior_HasNoVarianceToLearn_AndKeepsItsKindInAFile()
    {
        using var folder = new TemporaryFolder();
        using var model = LlamaVaeModel.Create(s_point, seed: 1);
        using var gaussian = TinyModel.Create();
        model.Save(folder["model.bin"]);

        using var loaded = LlamaVaeModel.Load(folder["model.bin"]);

        using var q = loaded.Encode(TinyModel.Texts);
        using var expected = model.Encode(TinyModel.Texts);
        Assert.Equal(["mu.bias", "mu.weight"], model.Encoder.Posterior.state_dict().Keys.Order());
        Assert.Equal(4, gaussian.Encoder.Posterior.state_dict().Count);
        Assert.All(Numeric.Values(q.LogVar), value => Assert.Equal(-20, value));
        Assert.True(Numeric.AreEqual(expected.Mu, q.Mu));
    }

    [Fact]
    public void DenoisingAutoencoder_StillSaysTheWholeText_AndTrainsTheSameTwice()
    {
        var options = s_options with { InputDeletion = 0.2, InputReplacement = 0.1 };
        using var model = LlamaVaeModel.Create(s_point, seed: 1);
        using var again = LlamaVaeModel.Create(s_point, seed: 1);

        VaeTrainer.Fit(model, TinyModel.Texts, options);
        VaeTrainer.Fit(again, TinyModel.Texts, options);

        using var q = model.Encode(TinyModel.Texts);
        using var other = again.Encode(TinyModel.Texts);
        Assert.Equal(TinyModel.Texts, model.Decode(q.Mu));
        Assert.True(Numeric.AreEqual(q.Mu, other.Mu));
    }

    [Fact]
    public void TokenNoise_LeavesOutAndReplacesItsParts_AndTheMarksStay()
    {
        using var model = TinyModel.Create();
        var tokenizer = model.Encoder.Tokenizer;
        var eos = tokenizer.SpecialTokens.Eos!.Value;
        int[] text = [.. Enumerable.Repeat(100, 20_000), eos];

        var noisy = new TokenNoise(tokenizer, deletion: 0.3, replacement: 0.2).Apply(text, new Random(1));

        Assert.Equal(eos, noisy[^1]);
        Assert.InRange(noisy.Length / 20_000.0, 0.68, 0.72);
        Assert.InRange(noisy.Count(token => token is not 100) / 20_000.0, 0.18, 0.22);
        Assert.DoesNotContain(noisy[..^1], tokenizer.SpecialTokens.IsMark);
        Assert.Equal([eos], new TokenNoise(tokenizer, 1, 0).Apply(text, new Random(1)));
        Assert.Same(text, new TokenNoise(tokenizer, 0, 0).Apply(text, new Random(1)));
    }

    [Theory]
    [InlineData(-0.1, 0)]
    [InlineData(0, -0.1)]
    [InlineData(0.6, 0.5)]
    public void Rates_AreCheckedTogether(double deletion, double replacement) =>
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            new VaeTrainerOptions { InputDeletion = deletion, InputReplacement = replacement }.Validate()
        );
}
