using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Microsoft.ML.LlamaVae.Native;

/// <summary>A file that lives in memory only (memfd, Linux), so that nothing is left behind and a noexec /tmp does no harm.</summary>
internal sealed partial class MemoryFile : IDisposable
{
    private readonly SafeFileHandle _handle;

    private MemoryFile(SafeFileHandle handle) => _handle = handle;

    /// <summary>A path by which this process can open the file.</summary>
    public string Path => $"/proc/self/fd/{_handle.DangerousGetHandle()}";

    public static MemoryFile Create(string name, ReadOnlySpan<byte> content)
    {
        var descriptor = MemfdCreate(name, 0);
        if (descriptor < 0)
        {
            throw new TorchBackendException(
                $"The system gave no memory file for the patched native library (errno {Marshal.GetLastPInvokeError()}). Install a libstdc++ of GCC 13.2 or later, which needs no patch."
            );
        }

        var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        RandomAccess.Write(handle, content, 0);
        return new MemoryFile(handle);
    }

    public void Dispose() => _handle.Dispose();

    [LibraryImport(
        "libc",
        EntryPoint = "memfd_create",
        SetLastError = true,
        StringMarshalling = StringMarshalling.Utf8
    )]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int MemfdCreate(string name, uint flags);
}
