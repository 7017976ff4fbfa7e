using Microsoft.ML.LlamaVae.Native;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Decoder;

/// <summary>
/// Tells whether a weight has changed: its place, libtorch's count of changes, and a sample of its bytes, since a load that writes
/// into the memory itself is not counted.
/// </summary>
/// <param name="Address">Where its numbers begin.</param>
/// <param name="Version">Changes in place so far.</param>
/// <param name="Sample">Of bytes spread over it.</param>
internal readonly record struct WeightStamp(nint Address, long Version, int Sample)
{
    private const int Samples = 16;

    /// <param name="weight">Contiguous, on the CPU, float32.</param>
    public static unsafe WeightStamp Of(Tensor weight)
    {
        var address = OneDnn.Address(weight);
        var count = weight.numel();
        var hash = new HashCode();
        for (var i = 0L; i < Samples; i++)
        {
            hash.Add(((int*)address)[i * (count - 1) / (Samples - 1)]);
        }

        return new WeightStamp(address, OneDnn.Version(weight), hash.ToHashCode());
    }
}
