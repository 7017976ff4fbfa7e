using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Tokenization;

/// <summary>Carries batches from the host to where the model is.</summary>
internal static class Transfer
{
    /// <summary>The tensor on the device; to a GPU it goes from pinned memory, and the host doesn't wait for it.</summary>
    /// <param name="host">On the CPU; belongs, as the result, to the scope.</param>
    /// <param name="device">Where it goes.</param>
    public static Tensor SendTo(this Tensor host, Device device) =>
        device.type == DeviceType.CUDA ? host.pin_memory().to(device, non_blocking: true) : host.to(device);
}
