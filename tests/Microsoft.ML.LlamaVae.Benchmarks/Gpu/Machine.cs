using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Benchmarks.Gpu;

/// <summary>Where the table of a GPU is measured: on the first one, or on the CPU to see that the table works where there is none.</summary>
internal sealed class Machine
{
    private Machine(Device device, ScalarType type) => (Device, Type) = (device, type);

    /// <summary>The first GPU.</summary>
    /// <exception cref="InvalidOperationException">There is none that can be used.</exception>
    public static Machine First() =>
        cuda.is_available()
            ? new Machine(new Device(DeviceType.CUDA, 0), ScalarType.BFloat16)
            : throw new InvalidOperationException(
                "No CUDA device is usable. Build with -p:TorchBackend=cuda, or set LLAMAVAE_TORCH to a libtorch with CUDA; 'gpu-rehearsal' runs the same table on the CPU."
            );

    /// <summary>The CPU in float32, with sizes to match.</summary>
    public static Machine Rehearsal() => new(CPU, ScalarType.Float32);

    public Device Device { get; }

    /// <summary>Of the decoder's weights.</summary>
    public ScalarType Type { get; }

    /// <summary>Not a rehearsal.</summary>
    public bool IsReal => Device.type == DeviceType.CUDA;

    public double BytesPerWeight => Type == ScalarType.BFloat16 ? 2 : 4;

    /// <summary>The amount, once the device has come to the end of what it was given: it works behind the host's back.</summary>
    public double Finish(double amount)
    {
        if (IsReal)
        {
            cuda.synchronize();
        }

        return amount;
    }
}
