namespace Microsoft.ML.LlamaVae.Training;

/// <summary>Why a training run ended.</summary>
public enum StopReason
{
    /// <summary>All epochs are done.</summary>
    Completed,

    /// <summary>The validation value did not improve for as long as the options allow.</summary>
    NoImprovement,

    /// <summary>The checkpoint was that of a finished run: nothing was left to do.</summary>
    AlreadyFinished,
}
