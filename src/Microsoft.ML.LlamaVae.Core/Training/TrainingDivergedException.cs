namespace Microsoft.ML.LlamaVae.Training;

/// <summary>The loss became NaN or infinite; the weights are those of the step before, the last checkpoint stays.</summary>
public sealed class TrainingDivergedException : Exception
{
    /// <summary>An error without a message.</summary>
    public TrainingDivergedException() { }

    /// <summary>An error whose message names the step and the likely cause.</summary>
    public TrainingDivergedException(string message)
        : base(message) { }

    /// <summary>An error whose message names the step and the likely cause.</summary>
    public TrainingDivergedException(string message, Exception innerException)
        : base(message, innerException) { }

    /// <summary>The optimizer step at which it happened, from 1.</summary>
    public int Step { get; init; }
}
