namespace Microsoft.ML.LlamaVae.Flow;

/// <summary>m(c): where the prior of the transformed latent is centred.</summary>
public enum PriorMean
{
    /// <summary>m(c) = W c + b, learned; C and D may differ. The paper's set-up.</summary>
    Linear,

    /// <summary>m(c) = c: the latent is mapped into the space of the condition itself; C must be D.</summary>
    Identity,

    /// <summary>m(c) = 0: the mean doesn't depend on the condition.</summary>
    Zero,
}
