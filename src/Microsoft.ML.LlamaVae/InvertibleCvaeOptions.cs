using Microsoft.ML.LlamaVae.Flow;
using Microsoft.ML.LlamaVae.Training;

namespace Microsoft.ML.LlamaVae;

/// <summary>All options of <see cref="InvertibleCvaeEstimator"/>; the sizes of condition and latent come from the columns.</summary>
public sealed record InvertibleCvaeOptions
{
    /// <inheritdoc cref="InvertibleCvaeConfiguration.Blocks"/>
    /// <value>10 by default.</value>
    public int Blocks { get; init; } = 10;

    /// <inheritdoc cref="InvertibleCvaeConfiguration.PriorMean"/>
    /// <value><see cref="PriorMean.Linear"/> by default.</value>
    public PriorMean PriorMean { get; init; } = PriorMean.Linear;

    /// <inheritdoc cref="InvertibleCvaeConfiguration.ConditionCouplings"/>
    /// <value>false by default: the paper's set-up.</value>
    public bool ConditionCouplings { get; init; }

    /// <inheritdoc cref="InvertibleCvaeConfiguration.Mixing"/>
    /// <value><see cref="FlowMixing.RandomPermutation"/> by default.</value>
    public FlowMixing Mixing { get; init; } = FlowMixing.RandomPermutation;

    /// <inheritdoc cref="InvertibleCvaeConfiguration.HiddenSize"/>
    /// <value>128 by default.</value>
    public int HiddenSize { get; init; } = 128;

    /// <inheritdoc cref="InvertibleCvaeConfiguration.ScaleClamp"/>
    /// <value>2 by default.</value>
    public double ScaleClamp { get; init; } = 2;

    /// <summary>The posterior's log-variances, of the latent's size: latents are then drawn anew in each epoch, the latent column being the means.</summary>
    /// <value>null by default: the latents are taken as they are.</value>
    public string? LogVarianceColumnName { get; init; }

    /// <summary>How the transformer draws latents.</summary>
    public LatentSampling Sampling { get; init; } = new();

    /// <summary>How it is fitted. The seed is drawn from the MLContext unless <see cref="Seed"/> is set.</summary>
    public TrainingOptions Training { get; init; } = new() { Epochs = 30, BatchSize = 128 };

    /// <summary>Seeds weights and training.</summary>
    /// <value>null by default: one number is drawn from the MLContext's own seed.</value>
    public int? Seed { get; init; }

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
        ArgumentNullException.ThrowIfNull(Sampling);
        ArgumentNullException.ThrowIfNull(Training);
        Sampling.Validate();
        Training.Validate();
        // Sizes that allow everything: what is wrong then is wrong with the options, whatever the columns.
        Configuration(latentSize: 2, conditionSize: 2).Validate();
    }

    internal InvertibleCvaeConfiguration Configuration(int latentSize, int conditionSize) =>
        new()
        {
            LatentSize = latentSize,
            ConditionSize = conditionSize,
            Blocks = Blocks,
            PriorMean = PriorMean,
            ConditionCouplings = ConditionCouplings,
            Mixing = Mixing,
            HiddenSize = HiddenSize,
            ScaleClamp = ScaleClamp,
        };
}
