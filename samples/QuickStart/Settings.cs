using Microsoft.ML.LlamaVae;
using Microsoft.ML.LlamaVae.Objective;
using Microsoft.ML.LlamaVae.Training;

namespace QuickStart;

/// <summary>A model of 1.1 million parameters that learns in two minutes on one core; docs/calibration.md tells what was tried.</summary>
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
                    Epochs = 1,
                    LearningRate = 2e-3,
                    CosineStart = 0.5,
                    MaxValidationExamples = 300,
                },
                Beta = new BetaSchedule { Minimum = 0.001, Maximum = 0.7 },
            },
            Progress = progress,
        };
}
