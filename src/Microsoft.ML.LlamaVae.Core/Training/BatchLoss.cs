using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Training;

/// <summary>The loss of one batch with its raw terms. Owns the tensor.</summary>
/// <param name="Sum">Scalar, summed over the units of the batch, differentiable.</param>
/// <param name="Terms">The raw terms.</param>
internal sealed record BatchLoss(Tensor Sum, IReadOnlyList<BatchTerm> Terms) : IDisposable
{
    public void Dispose() => Sum.Dispose();
}
