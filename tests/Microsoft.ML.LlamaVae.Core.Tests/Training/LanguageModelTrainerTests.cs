using Microsoft.ML.LlamaVae.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Tests.Training;

public sealed class LanguageModelTrainerTests
{
    private static readonly TrainingOptions s_options = new()
    {
        Epochs = 60,
        BatchSize = 4,
        LearningRate = 0.01,
        WarmupSteps = 5,
        ValidationFraction = 0,
    };

    [Fact]
    public void TheDecoder_LearnsTheTexts_AndLearnsNothingOfTheLatent()
    {
        using var scope = NewDisposeScope();
        using var model = TinyModel.Create();
        var untrained = Nats(model, zeros(TinyModel.Texts.Length, model.LatentSize));

        LanguageModelTrainer.Fit(model, TinyModel.Texts, s_options);

        // Eight texts that differ from the first words on: no model without a latent says less than log 8 for each.
        var trained = Nats(model, zeros(TinyModel.Texts.Length, model.LatentSize));
        var floor = TinyModel.Texts.Length * Math.Log(TinyModel.Texts.Length);
        Assert.InRange(trained, floor, 0.5 * untrained);
        Assert.InRange(trained, floor, 1.5 * floor);
    }

    [Fact]
    public void AnEncoderWithItsOwnTable_StaysAsItWas()
    {
        using var scope = NewDisposeScope();
        using var model = LlamaVaeModel.Create(TinyModel.Configuration with { ShareEmbeddings = false }, seed: 1);
        var before = model.Encode(TinyModel.Texts).Mu;

        LanguageModelTrainer.Fit(model, TinyModel.Texts, s_options with { Epochs = 2 });

        Assert.True(Numeric.AreEqual(before, model.Encode(TinyModel.Texts).Mu));
    }

    [Fact]
    public void Validation_IsTheLikelihoodOfTheTextsHeldOut()
    {
        using var model = TinyModel.Create();

        var result = LanguageModelTrainer.Fit(
            model,
            TinyModel.Texts,
            s_options with
            {
                Epochs = 3,
                ValidationFraction = 0.25,
            }
        );

        Assert.Equal(3, result.Validations.Count);
        Assert.All(result.Validations, point => Assert.Equal("language model", point.Terms[0].Name));
    }

    private static double Nats(LlamaVaeModel model, Tensor z) =>
        -model.Score(TinyModel.Texts, z).Sum(score => score.LogLikelihood);
}
