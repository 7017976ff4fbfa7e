namespace Microsoft.ML.LlamaVae.Flow;

/// <summary>What stands between two couplings, so that each changes other dimensions.</summary>
public enum FlowMixing
{
    /// <summary>A random order, drawn once.</summary>
    RandomPermutation,

    /// <summary>The reversed order.</summary>
    Reversal,

    /// <summary>A learned linear map in LU form (Glow), begun as a random order.</summary>
    InvertibleLinear,
}
