using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Training;

/// <summary>AdamW's memory of one parameter.</summary>
/// <param name="First">The running mean of its gradients, of its shape.</param>
/// <param name="Second">The running mean of their squares.</param>
internal sealed record AdamMoments(Tensor First, Tensor Second)
{
    /// <summary>Steps taken with a gradient.</summary>
    public long Steps { get; set; }
}
