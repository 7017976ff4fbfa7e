using Microsoft.ML.LlamaVae;
using Microsoft.ML.LlamaVae.Generation;
using Microsoft.ML.LlamaVae.Objective;
using Microsoft.ML.LlamaVae.Training;

namespace DefinitionModeling;

/// <summary>What is the same for all systems, and what tells them apart.</summary>
internal static class Settings
{
    /// <summary>How far draws go from the middle of p(z|c), for every system.</summary>
    public const double Temperature = 0.5;

    public static GenerationOptions Generation { get; } = new() { MaxTokens = 24, RepetitionPenalty = 1.2 };

    /// <summary>The text model: the same sizes in the VAE and in the ordinary CVAE.</summary>
    public static LlamaVaeConfiguration Model { get; } = new() { LatentSize = 32, MaxTokens = 32 };

    /// <summary>How a text model is fitted: the same budget for the VAE and for the ordinary CVAE.</summary>
    public static VaeTrainerOptions Trainer(int seed, int epochs) =>
        new()
        {
            Training = new TrainingOptions
            {
                Seed = seed,
                Epochs = epochs,
                LearningRate = 2e-3,
                CosineStart = 0.5,
                MaxValidationExamples = 200,
            },
            Beta = new BetaSchedule { Minimum = 0.001, Maximum = 0.7 },
        };

    /// <summary>The flow; without blocks it is the linear-Gaussian p(z|c).</summary>
    public static InvertibleCvaeOptions Flow(int seed, int blocks = 10, bool conditionCouplings = false) =>
        new()
        {
            Seed = seed,
            Blocks = blocks,
            ConditionCouplings = conditionCouplings,
            HiddenSize = 64,
            LogVarianceColumnName = "LogVariance",
            Sampling = new LatentSampling { Temperature = Temperature, Seed = seed },
            Training = new TrainingOptions
            {
                Epochs = 10,
                BatchSize = 256,
                LearningRate = 2e-3,
                ValidationFraction = 0.05,
                Patience = 3,
            },
        };
}
