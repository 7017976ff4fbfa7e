namespace Microsoft.ML.LlamaVae.Bottleneck;

/// <summary>What a posterior q(z|x) is.</summary>
public enum PosteriorKind
{
    /// <summary>N(mu, diag(exp(logVar))), both from the sentence: a variational autoencoder.</summary>
    Gaussian,

    /// <summary>
    /// A point: the mean alone is learnt, and the log-variance is −20 everywhere (σ = 4.5e-5), so that the point can stand
    /// wherever a Gaussian can. Train it with β = 0 and it is a plain autoencoder; a β above 0 shrinks the latents by
    /// ½β·mu². Its KL, over 9 nats per dimension, says only that a point is no density, and so does its bound.
    /// </summary>
    Point,
}
