using Microsoft.ML.LlamaVae.Native;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Layers;

/// <summary>Tells whether a weight has changed.</summary>
/// <param name="Address">Where its numbers begin.</param>
/// <param name="Version">libtorch's count of changes in place.</param>
internal readonly record struct WeightStamp(nint Address, long Version)
{
    public static WeightStamp Of(Tensor weight) => new(NativeTensor.Address(weight), NativeTensor.Version(weight));
}
