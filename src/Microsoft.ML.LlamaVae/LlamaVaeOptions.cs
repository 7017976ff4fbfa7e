using Microsoft.ML.LlamaVae.Checkpoints;
using Microsoft.ML.LlamaVae.Training;

namespace Microsoft.ML.LlamaVae;

/// <summary>All options of <see cref="LlamaVaeEstimator"/>.</summary>
public sealed record LlamaVaeOptions
{
    /// <summary>Checkpoints, or sizes for what starts from random weights.</summary>
    public LlamaVaeConfiguration Model { get; init; } = new();

    /// <summary>D, a short form for <see cref="LlamaVaeConfiguration.LatentSize"/> of <see cref="Model"/>; set it after Model.</summary>
    /// <value>32 by default.</value>
    public int LatentSize
    {
        get => Model.LatentSize;
        init => Model = Model with { LatentSize = value };
    }

    /// <summary>How it is fitted. The seed is drawn from the MLContext unless <see cref="Seed"/> is set.</summary>
    public VaeTrainerOptions Trainer { get; init; } = new();

    /// <summary>Seeds weights and training.</summary>
    /// <value>null by default: one number is drawn from the MLContext's own seed.</value>
    public int? Seed { get; init; }

    /// <summary>A second output column with the log-variances of the posterior, of the latent's size; null for none.</summary>
    /// <value>null by default.</value>
    public string? LogVarianceColumnName { get; init; }

    /// <summary>Rows that are encoded at once.</summary>
    /// <value>64 by default.</value>
    public int BatchSize { get; init; } = 64;

    /// <summary>Batches that a cursor reads ahead, to encode texts of about the same length together; rows keep their order.</summary>
    /// <value>16 by default; 1 encodes the rows as they come. The columns asked for are held in memory for so many rows.</value>
    public int LookAhead { get; init; } = 16;

    /// <summary>What a saved model does with the weights of a checkpoint that did not learn.</summary>
    /// <value>Auto by default: up to 256 MiB embedded, larger ones referenced.</value>
    public BackboneStorage BackboneStorage { get; init; }

    /// <summary>Told after each step and each validation, besides the lines in <c>MLContext.Log</c>.</summary>
    /// <value>null by default.</value>
    public IProgress<TrainingProgress>? Progress { get; init; }

    /// <summary>Stops the fit between two steps, after writing the checkpoint if there is one.</summary>
    /// <value>None by default.</value>
    public CancellationToken CancellationToken { get; init; }

    /// <summary>Checks the values.</summary>
    /// <exception cref="ArgumentException">A value is out of its range; names it, the range and the value.</exception>
    public void Validate()
    {
        Model.Validate();
        Trainer.Validate();
        ArgumentOutOfRangeException.ThrowIfLessThan(BatchSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(LookAhead, 1);
    }
}
