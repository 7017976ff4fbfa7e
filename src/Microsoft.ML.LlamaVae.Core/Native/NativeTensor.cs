using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Native;

/// <summary>What libtorch knows of a tensor and TorchSharp doesn't tell, through libtorch's C interface.</summary>
/// <remarks>A <see cref="Tensor"/>'s handle is the <c>at::Tensor*</c> that this interface takes.</remarks>
internal static unsafe partial class NativeTensor
{
    private const string Library = "torch_cpu";
    private static readonly Lazy<bool> s_isAvailable = new(Try);

    /// <summary>Whether this libtorch tells it.</summary>
    public static bool IsAvailable => s_isAvailable.Value;

    /// <summary>Counts the changes of a tensor in place, its views' changes included.</summary>
    public static long Version(Tensor tensor)
    {
        var stack = stackalloc ulong[1];
        Check(aoti_torch_new_tensor_handle(tensor.Handle, out var owned));
        stack[0] = (ulong)owned;
        Check(aoti_torch_call_dispatcher("aten::_version", "", stack));
        return (long)stack[0];
    }

    /// <summary>Where the numbers of a tensor begin.</summary>
    public static nint Address(Tensor tensor)
    {
        Check(aoti_torch_get_data_ptr(tensor.Handle, out var address));
        return address;
    }

    private static bool Try()
    {
        try
        {
            using var tensor = ones(1);
            return Version(tensor) == 0 && *(float*)Address(tensor) == 1;
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException or InvalidOperationException)
        {
            return false;
        }
    }

    private static void Check(int error, [CallerMemberName] string operation = "")
    {
        if (error != 0)
        {
            throw new InvalidOperationException(
                $"libtorch refused the operation {operation}; its message is on stderr."
            );
        }
    }

    [LibraryImport(Library)]
    private static partial int aoti_torch_new_tensor_handle(nint tensor, out nint owned);

    [LibraryImport(Library)]
    private static partial int aoti_torch_get_data_ptr(nint tensor, out nint address);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int aoti_torch_call_dispatcher(string name, string overload, ulong* stack);
}
