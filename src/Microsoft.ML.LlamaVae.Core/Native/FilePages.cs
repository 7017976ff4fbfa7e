using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Native;

/// <summary>Weights whose numbers are pages of a mapped file: the system can drop them and read them again.</summary>
internal static partial class FilePages
{
    private const int PageOut = 21; // MADV_PAGEOUT
    private static readonly ConditionalWeakTable<Tensor, object> s_weights = [];

    /// <summary>Remembers that a weight is of this kind.</summary>
    public static void Remember(Tensor weight) => s_weights.AddOrUpdate(weight, s_weights);

    /// <summary>Gives back the memory of a remembered weight, until it is read again. Of another one nothing changes.</summary>
    public static void Release(Tensor weight)
    {
        if (s_weights.TryGetValue(weight, out _))
        {
            Drop(weight);
        }
    }

    /// <summary>Gives back the memory of a view of a mapped file. What was written to stays; elsewhere than on Linux all stays.</summary>
    public static void Drop(Tensor view)
    {
        if (!OperatingSystem.IsLinux() || !NativeTensor.IsAvailable)
        {
            return;
        }

        var (begin, page) = (NativeTensor.Address(view), Environment.SystemPageSize);
        var first = (begin + page - 1) / page * page;
        var length = (begin + (nint)(view.numel() * view.element_size())) / page * page - first;
        if (length > 0)
        {
            _ = Advise(first, length, PageOut); // a hint: an older kernel refuses it, and the memory stays
        }
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(nint address, nint length, int advice);
}
