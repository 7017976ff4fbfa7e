using Microsoft.ML.LlamaVae;
using Microsoft.ML.LlamaVae.Objective;
using Microsoft.ML.LlamaVae.Training;

namespace QuickStart;

/// <summary>A model of about 1.2 million parameters that learns on two cores in minutes; docs/calibration.md tells what was tried.</summary>
internal static class Settings
{
    public static LlamaVaeOptions Options(IProgress<TrainingProgress> progress) =>
        new()
        {
            Model = new LlamaVaeConfiguration { LatentSize = 32, MaxTokens = 32 },
            Trainer = new VaeTrainerOptions
            {
                Training = new TrainingOptions
                {
                    Epochs = 8,
                    LearningRate = 2e-3,
                    CosineStart = 0.5,
                    MaxValidationExamples = 300,
                    ValidateEveryEpochs = 2,
                },
                Beta = new BetaSchedule { Minimum = 0.001 },
            },
            Progress = progress,
        };
}
