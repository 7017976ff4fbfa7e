using Microsoft.ML.LlamaVae.Objective;

namespace Microsoft.ML.LlamaVae.Training;

/// <summary>How LlaMaVAE is fitted.</summary>
public sealed record VaeTrainerOptions
{
    /// <summary>Epochs, batches, optimizer, validation, checkpoints.</summary>
    public TrainingOptions Training { get; init; } = new();

    /// <summary>Which parts learn besides bottleneck and memory.</summary>
    /// <value>null by default: what starts from random weights learns, what comes from a checkpoint stays frozen.</value>
    public TrainableParts? Parts { get; init; }

    /// <summary>The weight of the KL term over the run.</summary>
    public BetaSchedule Beta { get; init; } = new();

    /// <summary>λ: nats per dimension that the KL term doesn't push below.</summary>
    /// <value>0.3 by default.</value>
    public double FreeBits { get; init; } = 0.3;

    /// <summary>The part of the decoder's input tokens hidden behind the unknown token, so that the latent must tell them.</summary>
    /// <value>0.3 by default.</value>
    public double WordDropout { get; init; } = 0.3;

    /// <summary>The part of the encoder's input tokens left out in training; the decoder must still say them (Shen et al. 2020).</summary>
    /// <value>0 by default; 0.3 makes a denoising autoencoder.</value>
    public double InputDeletion { get; init; }

    /// <summary>The part of the encoder's input tokens replaced by random ones in training.</summary>
    /// <value>0 by default.</value>
    public double InputReplacement { get; init; }

    /// <summary>Checks the values.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range; names it, the range and the value.</exception>
    public void Validate()
    {
        Training.Validate();
        Beta.Validate();
        ArgumentOutOfRangeException.ThrowIfNegative(FreeBits);
        ArgumentOutOfRangeException.ThrowIfNegative(WordDropout);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(WordDropout, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(InputDeletion);
        ArgumentOutOfRangeException.ThrowIfNegative(InputReplacement);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(InputDeletion + InputReplacement, 1);
    }
}
