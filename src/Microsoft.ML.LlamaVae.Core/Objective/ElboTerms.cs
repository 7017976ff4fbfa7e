using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Objective;

/// <summary>The loss of a batch and, apart from it, its unscaled terms. Owns its tensors.</summary>
/// <param name="Loss">Scalar, summed over the batch, differentiable.</param>
/// <param name="Reconstruction">Scalar, −Σ log p(x|z) in nats, detached.</param>
/// <param name="Kl">Scalar, Σ KL(q‖p) in nats, neither scaled nor thresholded, detached.</param>
internal sealed record ElboTerms(Tensor Loss, Tensor Reconstruction, Tensor Kl) : IDisposable
{
    public void Dispose()
    {
        Loss.Dispose();
        Reconstruction.Dispose();
        Kl.Dispose();
    }
}
