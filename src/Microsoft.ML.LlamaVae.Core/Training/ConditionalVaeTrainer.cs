using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Training;

/// <summary>Fits a <see cref="ConditionalVaeModel"/> to pairs of condition and text.</summary>
public static class ConditionalVaeTrainer
{
    /// <summary>Trains the model in place, all of it, and leaves the weights with the best validation value in it.</summary>
    /// <param name="model">The model.</param>
    /// <param name="conditions">N conditions of the size C.</param>
    /// <param name="texts">Their N texts; blank ones are skipped.</param>
    /// <param name="options">How to train; null for the defaults.</param>
    /// <param name="progress">Told after each step and after each validation.</param>
    /// <param name="cancellationToken">Stops between two steps, after writing the checkpoint if there is one.</param>
    /// <exception cref="ArgumentException">The numbers of rows or the sizes differ, a value isn't finite, or no text is usable.</exception>
    /// <exception cref="TrainingDivergedException">The loss became NaN or infinite.</exception>
    /// <exception cref="InvalidDataException">The checkpoint is of another run.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static TrainingResult Fit(
        ConditionalVaeModel model,
        IReadOnlyList<float[]> conditions,
        IReadOnlyList<string?> texts,
        VaeTrainerOptions? options = null,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(conditions);
        ArgumentNullException.ThrowIfNull(texts);
        options ??= new VaeTrainerOptions();
        options.Validate();
        if (conditions.Count != texts.Count)
        {
            throw new ArgumentException(
                $"Each text needs its condition: got {texts.Count} texts and {conditions.Count} conditions."
            );
        }

        var bad = Enumerable
            .Range(0, conditions.Count)
            .FirstOrDefault(
                i => conditions[i].Length != model.ConditionSize || !Array.TrueForAll(conditions[i], float.IsFinite),
                -1
            );
        if (bad >= 0)
        {
            throw new ArgumentException(
                $"Condition {bad} must be {model.ConditionSize} finite values; leave pairs out whose condition is missing."
            );
        }

        var data = VaeTrainingData.Prepare(model.Encoder, model.Decoder, texts, options.Training);
        using var all = tensor([.. conditions.SelectMany(row => row)], device: model.Decoder.Device)
            .reshape(-1, model.ConditionSize)
            .DetachFromDisposeScope(); // [N, C]
        model.ConditionNorm.Initialize(all);
        using var loop = new TrainingLoop(
            new ConditionalVaeTrainingTask(model, data, all, options),
            options.Training,
            progress
        );
        return loop.Run(cancellationToken);
    }
}
