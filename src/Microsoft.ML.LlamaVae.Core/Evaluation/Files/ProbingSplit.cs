namespace Microsoft.ML.LlamaVae.Evaluation;

/// <summary>What an example of a probing task is for.</summary>
public enum ProbingSplit
{
    /// <summary>"tr": the classifier learns from it.</summary>
    Training,

    /// <summary>"va": settings are chosen by it.</summary>
    Validation,

    /// <summary>"te": the accuracy is measured on it.</summary>
    Test,
}
