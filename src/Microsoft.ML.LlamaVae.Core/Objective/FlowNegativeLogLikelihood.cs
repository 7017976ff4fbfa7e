using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Objective;

/// <summary>The training objective of the Invertible CVAE: loss = −Σ_b log p(z_b|c_b).</summary>
internal static class FlowNegativeLogLikelihood
{
    /// <summary>−Σ log p(z|c), in nats, summed over the batch.</summary>
    /// <param name="logDensity">log p(z|c) of each row [B].</param>
    /// <returns>A scalar, differentiable; the caller owns it.</returns>
    public static Tensor Sum(Tensor logDensity)
    {
        using var scope = NewDisposeScope();
        return (-logDensity.sum()).MoveToOuterDisposeScope();
    }

    /// <summary>−(1/D) log p(z|c), in nats per dimension, mean over the batch: what models with one D are compared by.</summary>
    /// <param name="logDensity">log p(z|c) of each row [B].</param>
    /// <param name="latentSize">D.</param>
    public static double NatsPerDimension(Tensor logDensity, int latentSize)
    {
        using var scope = NewDisposeScope();
        return -logDensity.detach().to(float64).mean().item<double>() / latentSize;
    }
}
