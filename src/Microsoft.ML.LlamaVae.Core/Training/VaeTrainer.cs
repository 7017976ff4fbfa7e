using Microsoft.ML.LlamaVae.Evaluation;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Training;

/// <summary>Fits a <see cref="LlamaVaeModel"/> to texts.</summary>
public static class VaeTrainer
{
    /// <summary>Trains the model in place and leaves the weights with the best validation value in it.</summary>
    /// <param name="model">The model; what does not learn is bit-identical afterwards.</param>
    /// <param name="texts">Texts; null, empty and blank ones are skipped and counted.</param>
    /// <param name="options">How to train; null for the defaults.</param>
    /// <param name="progress">Told after each step and after each validation.</param>
    /// <param name="cancellationToken">Stops between two steps, after writing the checkpoint if there is one.</param>
    /// <exception cref="ArgumentException">No usable text, or too few to hold some out.</exception>
    /// <exception cref="TrainingDivergedException">The loss became NaN or infinite.</exception>
    /// <exception cref="InvalidDataException">The checkpoint is of another run.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static VaeTrainingReport Fit(
        LlamaVaeModel model,
        IEnumerable<string?> texts,
        VaeTrainerOptions? options = null,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(texts);
        options ??= new VaeTrainerOptions();
        options.Validate();
        var data = VaeTrainingData.Prepare(model.Encoder, model.Decoder, texts, options.Training);
        var parts = options.Parts ?? model.PartsFromScratch;
        using var learning = new LearningParts(model, parts);
        MarkChanged(model, parts);
        var task = new VaeTrainingTask(model, data, learning, options);
        using var loop = new TrainingLoop(task, options.Training, progress);
        var result = loop.Run(cancellationToken);
        var reconstruction =
            data.Validation.Count > 0
                ? ReconstructionEvaluator.Evaluate(model, data.Validation, options.Training.Seed, cancellationToken)
                : null;
        return new VaeTrainingReport(
            result,
            data.Training.Count,
            data.Validation.Count,
            data.Skipped,
            data.Truncated,
            reconstruction
        );
    }

    // A checkpoint folder stands for the weights of a part only as long as the part doesn't learn.
    private static void MarkChanged(LlamaVaeModel model, TrainableParts parts)
    {
        if (parts.HasFlag(TrainableParts.Encoder) && model.Encoder.Backbone is { } encoder)
        {
            model.Encoder.Backbone = encoder with { IsChanged = true };
        }

        if ((parts & ~TrainableParts.Encoder) != TrainableParts.None && model.Decoder.Backbone is { } decoder)
        {
            model.Decoder.Backbone = decoder with { IsChanged = true };
        }
    }
}
