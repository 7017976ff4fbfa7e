namespace Microsoft.ML.LlamaVae.Training;

/// <summary>
/// Fits the decoder of a model alone, its latent always zero: an unconditional language model of the same size and budget, to
/// set a VAE's bounds beside.
/// </summary>
public static class LanguageModelTrainer
{
    /// <summary>Trains the decoder in place and leaves the weights with the best validation value in it; of the encoder only a token table that both share changes.</summary>
    /// <param name="model">The model; score its texts with z = 0.</param>
    /// <param name="texts">Texts; null, empty and blank ones are skipped and counted.</param>
    /// <param name="options">How to train; null for the defaults.</param>
    /// <param name="progress">Told after each step and after each validation.</param>
    /// <param name="cancellationToken">Stops between two steps, after writing the checkpoint if there is one.</param>
    /// <exception cref="ArgumentException">No usable text, or too few to hold some out.</exception>
    /// <exception cref="TrainingDivergedException">The loss became NaN or infinite.</exception>
    /// <exception cref="InvalidDataException">The checkpoint is of another run.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static TrainingResult Fit(
        LlamaVaeModel model,
        IEnumerable<string?> texts,
        TrainingOptions? options = null,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(texts);
        options ??= new TrainingOptions();
        options.Validate();
        var data = VaeTrainingData.Prepare(model.Encoder, model.Decoder, texts, options);
        var parts = model.PartsFromScratch & ~TrainableParts.Encoder;
        using var learning = new LearningParts(model, parts);
        if (model.Decoder.Backbone is { } backbone)
        {
            model.Decoder.Backbone = backbone with { IsChanged = true };
        }

        using var loop = new TrainingLoop(new LanguageModelTask(model, data, learning, options), options, progress);
        return loop.Run(cancellationToken);
    }
}
