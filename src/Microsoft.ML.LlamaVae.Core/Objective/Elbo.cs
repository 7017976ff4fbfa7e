using Microsoft.ML.LlamaVae.Bottleneck;
using TorchSharp;
using static Microsoft.ML.LlamaVae.Layers.Numbers;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Objective;

/// <summary>The training objective of LlaMaVAE: the evidence lower bound with a weighted, thresholded KL.</summary>
/// <remarks>
/// Per sentence, in nats: loss = −Σ_t log p(x_t | x_&lt;t, z) + β · Σ_i max(λ, KL_i), with λ the free bits of a dimension
/// (Kingma et al. 2016) and KL_i the mean of dimension i over the batch.
/// Letters: B sentences, N real target tokens of all of them, V vocabulary, D latent size.
/// </remarks>
internal static class Elbo
{
    /// <summary>−Σ log p of the targets, in nats.</summary>
    /// <param name="logits">[N, V], any float type; the sum is taken in float32 or better.</param>
    /// <param name="targets">[N], int64.</param>
    /// <returns>A scalar; the caller owns it.</returns>
    public static Tensor NegativeLogLikelihood(Tensor logits, Tensor targets)
    {
        using var scope = NewDisposeScope();
        var wide = logits.dtype == float64 ? logits : logits.to(float32);
        return nn.functional.cross_entropy(wide, targets, reduction: nn.Reduction.Sum).MoveToOuterDisposeScope();
    }

    /// <summary>B · Σ_i max(λ, KL_i): the thresholded KL, summed over the sentences of the batch.</summary>
    /// <param name="kl">KL of each sentence and dimension [B, D].</param>
    /// <param name="freeBits">λ, nats per dimension.</param>
    /// <returns>A scalar; the caller owns it.</returns>
    public static Tensor ThresholdedKl(Tensor kl, double freeBits)
    {
        using var scope = NewDisposeScope();
        var perDimension = kl.mean([0]); // [D]
        using var floor = freeBits.ToScalar();
        return (perDimension.clamp(min: floor).sum() * Number(kl.size(0))).MoveToOuterDisposeScope();
    }

    /// <summary>The loss, summed over the batch, and its raw terms.</summary>
    /// <param name="logits">[N, V] at the real target tokens.</param>
    /// <param name="targets">[N].</param>
    /// <param name="posterior">q(z|x) of the B sentences.</param>
    /// <param name="beta">β.</param>
    /// <param name="freeBits">λ, nats per dimension.</param>
    public static ElboTerms Compute(
        Tensor logits,
        Tensor targets,
        DiagonalGaussian posterior,
        double beta,
        double freeBits
    )
    {
        using var scope = NewDisposeScope();
        var terms = Compute(logits, targets, posterior.Kl(), beta, freeBits);
        return new ElboTerms(
            terms.Loss.MoveToOuterDisposeScope(),
            terms.Reconstruction.MoveToOuterDisposeScope(),
            terms.Kl.MoveToOuterDisposeScope()
        );
    }

    /// <summary>The loss, summed over the batch, and its raw terms.</summary>
    /// <param name="logits">[N, V] at the real target tokens.</param>
    /// <param name="targets">[N].</param>
    /// <param name="kl">KL from q(z|x) to the prior, of each sentence and dimension [B, D].</param>
    /// <param name="beta">β.</param>
    /// <param name="freeBits">λ, nats per dimension.</param>
    public static ElboTerms Compute(Tensor logits, Tensor targets, Tensor kl, double beta, double freeBits)
    {
        using var scope = NewDisposeScope();
        var reconstruction = NegativeLogLikelihood(logits, targets);
        using var weight = beta.ToScalar();
        var loss = reconstruction.Plus(weight * ThresholdedKl(kl, freeBits));
        return new ElboTerms(
            loss.MoveToOuterDisposeScope(),
            reconstruction.detach().MoveToOuterDisposeScope(),
            kl.detach().sum().MoveToOuterDisposeScope()
        );
    }
}
