using TorchSharp;
using static Microsoft.ML.LlamaVae.Layers.Numbers;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Bottleneck;

/// <summary>q(z|x) = N(mu, diag(exp(logVar))): what the encoder says about the latent of each sentence.</summary>
/// <remarks>Owns its two tensors. Letters: B batch, D latent size.</remarks>
public sealed class DiagonalGaussian : IDisposable
{
    /// <summary>Takes ownership of both tensors.</summary>
    /// <param name="mu">Means [B, D].</param>
    /// <param name="logVar">Logarithms of the variances [B, D]; never a standard deviation.</param>
    /// <exception cref="ArgumentException">The shapes differ or aren't [B, D].</exception>
    public DiagonalGaussian(Tensor mu, Tensor logVar)
    {
        ArgumentNullException.ThrowIfNull(mu);
        ArgumentNullException.ThrowIfNull(logVar);
        if (mu.dim() != 2 || logVar.dim() != 2 || mu.size(0) != logVar.size(0) || mu.size(1) != logVar.size(1))
        {
            throw new ArgumentException(
                $"mu and logVar must both be [B, D]; got [{string.Join(", ", mu.shape)}] and [{string.Join(", ", logVar.shape)}].",
                nameof(logVar)
            );
        }

        Mu = mu;
        LogVar = logVar;
    }

    /// <summary>Means [B, D].</summary>
    public Tensor Mu { get; }

    /// <summary>Log-variances [B, D].</summary>
    public Tensor LogVar { get; }

    /// <summary>z = mu + exp(½ logVar) ⊙ ε, ε ~ N(0, I): differentiable in mu and logVar.</summary>
    /// <param name="generator">Draws ε, on the device of mu.</param>
    /// <returns>[B, D]; the caller owns it.</returns>
    public Tensor Sample(Generator generator)
    {
        ArgumentNullException.ThrowIfNull(generator);
        using var scope = NewDisposeScope();
        var epsilon = empty_like(Mu).normal_(0, 1, generator);
        return Mu.Plus((Number(0.5) * LogVar).exp() * epsilon).MoveToOuterDisposeScope();
    }

    /// <summary>KL(q‖N(0, I)) of each dimension: ½(mu² + σ² − log σ² − 1), in nats.</summary>
    /// <returns>[B, D]; the caller owns it.</returns>
    public Tensor Kl()
    {
        using var scope = NewDisposeScope();
        return (Number(0.5) * ((Mu * Mu).Plus(LogVar.exp()) - LogVar - Number(1))).MoveToOuterDisposeScope();
    }

    /// <summary>KL(q‖p) of each dimension to another Gaussian: ½((σq² + (mu_q − mu_p)²)/σp² − log σq² + log σp² − 1), in nats.</summary>
    /// <param name="prior">p, of the same shape.</param>
    /// <returns>[B, D]; the caller owns it.</returns>
    public Tensor Kl(DiagonalGaussian prior)
    {
        ArgumentNullException.ThrowIfNull(prior);
        using var scope = NewDisposeScope();
        var away = Mu - prior.Mu; // [B, D]
        var relative = (LogVar - prior.LogVar).exp().Plus(away * away * (-prior.LogVar).exp()); // [B, D]
        return (Number(0.5) * (relative - LogVar).Plus(prior.LogVar - Number(1))).MoveToOuterDisposeScope();
    }

    /// <summary>log q(z|x), in nats, summed over the dimensions.</summary>
    /// <param name="z">[B, D].</param>
    /// <returns>[B]; the caller owns it.</returns>
    public Tensor LogProbability(Tensor z)
    {
        ArgumentNullException.ThrowIfNull(z);
        using var scope = NewDisposeScope();
        var residual = z - Mu; // [B, D]
        var squared = residual * residual * (-LogVar).exp();
        return (Number(-0.5) * squared.Plus(LogVar).Plus(Number(Math.Log(2 * Math.PI))))
            .sum(1)
            .MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Mu.Dispose();
        LogVar.Dispose();
    }
}
