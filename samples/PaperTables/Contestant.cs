using Microsoft.ML.LlamaVae;
using Microsoft.ML.LlamaVae.Bottleneck;
using Microsoft.ML.LlamaVae.Objective;
using Microsoft.ML.LlamaVae.Training;

namespace PaperTables;

/// <summary>A model of the comparison: the same parts in another composition.</summary>
internal sealed record Contestant(string Name, LlamaVaeConfiguration Model, VaeTrainerOptions Trainer)
{
    /// <summary>All of them, with as many parameters as the default LlamaVAE.</summary>
    public static IReadOnlyList<Contestant> All(Settings settings)
    {
        var llama = Sized(new LlamaVaeConfiguration());
        using var first = LlamaVaeModel.Create(llama);
        var size = first.ParameterCount;
        var variational = new VaeTrainerOptions
        {
            Training = new TrainingOptions
            {
                Epochs = settings.Epochs,
                LearningRate = 2e-3,
                CosineStart = 0.5,
                ValidationFraction = 0,
            },
            Beta = new BetaSchedule { Minimum = 0.001, Maximum = 0.7 },
        };
        var plain = variational with { Beta = BetaSchedule.Zero };
        var point = (llama with { Posterior = PosteriorKind.Point }).WithParameterCount(size);
        return
        [
            new("LlamaVAE", llama, variational),
            new("Optimus", Sized(LlamaVaeConfiguration.Optimus).WithParameterCount(size), variational),
            new("LSTM β-VAE", Sized(LlamaVaeConfiguration.Lstm).WithParameterCount(size), variational),
            new("AE", point, plain),
            new("DAE", point, plain with { InputDeletion = 0.3 }),
        ];

        LlamaVaeConfiguration Sized(LlamaVaeConfiguration model) =>
            model with
            {
                LatentSize = settings.LatentSize,
                MaxTokens = 32,
            };
    }

    /// <summary>Its posterior is a density: KL and bound mean something.</summary>
    public bool IsVariational => Model.Posterior == PosteriorKind.Gaussian;
}
