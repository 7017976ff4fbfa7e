using Microsoft.ML.LlamaVae.Flow;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Training;

/// <summary>Fits an <see cref="InvertibleCvae"/> to pairs of condition and latent by maximum likelihood.</summary>
public static class CvaeTrainer
{
    // Enough rows to see every dimension's spread; the flow's activations are standardised on them.
    private const int InitializationRows = 512;

    /// <summary>Trains the model in place and leaves the weights with the best held-out likelihood in it.</summary>
    /// <param name="model">The model.</param>
    /// <param name="conditions">N conditions of the size C.</param>
    /// <param name="latents">N latents of the size D: the posterior's means, or latents to take as they are.</param>
    /// <param name="logVariances">The posterior's log-variances, from which latents are drawn anew each epoch; null to take latents as they are.</param>
    /// <param name="options">How to train; null for the defaults.</param>
    /// <param name="progress">Told after each step and after each validation.</param>
    /// <param name="cancellationToken">Stops between two steps, after writing the checkpoint if there is one.</param>
    /// <exception cref="ArgumentException">The sizes don't fit, or fewer than two rows are finite.</exception>
    /// <exception cref="TrainingDivergedException">The loss became NaN or infinite.</exception>
    /// <exception cref="InvalidDataException">The checkpoint is of another run.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static CvaeTrainingReport Fit(
        InvertibleCvae model,
        IReadOnlyList<float[]> conditions,
        IReadOnlyList<float[]> latents,
        IReadOnlyList<float[]>? logVariances = null,
        TrainingOptions? options = null,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(conditions);
        ArgumentNullException.ThrowIfNull(latents);
        options ??= new TrainingOptions();
        options.Validate();
        using var data = CvaeTrainingData.Prepare(model, conditions, latents, logVariances, options);
        using (NewDisposeScope())
        {
            var rows = data.Training[..Math.Min(InitializationRows, data.Training.Length)];
            var (z, c) = data.Rows(rows, Seeds.Derive(options.Seed, SeedStream.Weights, 1));
            model.Initialize(z, c);
        }

        var task = new CvaeTrainingTask(model, data, options);
        using var loop = new TrainingLoop(task, options, progress);
        var result = loop.Run(cancellationToken);
        return new CvaeTrainingReport(
            result,
            data.Training.Length,
            data.Validation.Length,
            data.Skipped,
            data.Validation.Length > 0 ? task.Validate(cancellationToken)[0].Value : double.NaN
        );
    }
}
