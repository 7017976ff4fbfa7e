using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.ModelFormat;

/// <summary>What an application sets on its <see cref="MLContext"/> and we honour.</summary>
internal static class HostEnvironmentSettings
{
    /// <summary>The environment behind a catalog: the MLContext itself.</summary>
    public static IHostEnvironment Environment(this IInternalCatalog catalog) => CatalogUtils.GetEnvironment(catalog);

    /// <summary>The application has asked for what runs to stop.</summary>
    public static bool IsCancelled(this IHost host) => host is ICancelable { IsCanceled: true };

    /// <summary>
    /// The device of <see cref="MLContext.GpuDeviceId"/>: the CPU where it is null; the CPU and a warning where there is
    /// no such GPU and <see cref="MLContext.FallbackToCpu"/> is set.
    /// </summary>
    /// <exception cref="InvalidOperationException">There is no such GPU, and no fallback is allowed.</exception>
    public static Device TorchDevice(this IHostEnvironment environment, IChannel channel)
    {
        if (environment is not IHostEnvironmentInternal { GpuDeviceId: { } id } settings)
        {
            return CPU;
        }

        if (cuda.is_available() && id >= 0 && id < cuda.device_count())
        {
            return new Device(DeviceType.CUDA, id);
        }

        var found = cuda.is_available()
            ? $"the {cuda.device_count()} CUDA devices are numbered from 0"
            : "no CUDA device is usable (build with -p:TorchBackend=cuda on a machine with an NVIDIA driver)";
        if (!settings.FallbackToCpu)
        {
            throw channel.Process(
                new InvalidOperationException(
                    $"MLContext.GpuDeviceId is {id}, but {found}. Set MLContext.FallbackToCpu to true to run on the CPU, or GpuDeviceId to null."
                )
            );
        }

        channel.Warning(MessageSensitivity.None, "GpuDeviceId is {0}, but {1}; running on the CPU.", id, found);
        return CPU;
    }
}
