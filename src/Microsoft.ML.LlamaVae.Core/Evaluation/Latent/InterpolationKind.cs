namespace Microsoft.ML.LlamaVae.Evaluation;

/// <summary>The way from one latent to another.</summary>
public enum InterpolationKind
{
    /// <summary>The straight line (1 − t)a + tb.</summary>
    Linear,

    /// <summary>Along the great circle (slerp; Shoemake 1985, White 2016), which keeps a Gaussian prior's norms.</summary>
    Spherical,
}
