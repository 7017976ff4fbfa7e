using System.Runtime.InteropServices;

namespace Microsoft.ML.LlamaVae.Native;

/// <summary>
/// Lets glibc keep what libtorch frees for its next tensors, instead of giving it back to the system and asking for it again, page
/// by page: a virtual machine may take 20 µs for a page of 4 KiB, which is longer than the work on its numbers.
/// </summary>
internal static partial class FreedMemory
{
    private const int TrimThreshold = -1; // M_TRIM_THRESHOLD
    private const int MapThreshold = -3; // M_MMAP_THRESHOLD
    private const int MostKept = 512 << 20;
    private const int LargestFromHeap = 32 << 20; // the most that glibc takes

    /// <summary>Keeps up to 512 MiB for each of its arenas, for the whole process; nothing changes where the user has set glibc's limits, or with another C library.</summary>
    public static void Keep()
    {
        var isSet =
            Environment.GetEnvironmentVariable("MALLOC_TRIM_THRESHOLD_") is not null
            || Environment.GetEnvironmentVariable("MALLOC_MMAP_THRESHOLD_") is not null
            || Environment.GetEnvironmentVariable("GLIBC_TUNABLES") is not null;
        if (isSet || !OperatingSystem.IsLinux() || !NativeLibrary.TryLoad("libc.so.6", out var library))
        {
            return;
        }

        if (NativeLibrary.TryGetExport(library, "mallopt", out _))
        {
            _ = SetOption(TrimThreshold, MostKept);
            _ = SetOption(MapThreshold, LargestFromHeap);
        }
    }

    [LibraryImport("libc.so.6", EntryPoint = "mallopt")]
    private static partial int SetOption(int option, int value);
}
