using System.Runtime.InteropServices;

namespace Microsoft.ML.LlamaVae.Native;

/// <summary>
/// Lets libtorch's threads sleep while they wait for each other. By default they spin, on a busy machine on the very core that the
/// awaited one needs: two threads were ten times slower than one.
/// </summary>
internal static partial class WaitingThreads
{
    /// <summary>Must come before libgomp is loaded, which reads the environment then; what the user has set stays.</summary>
    public static void Sleep()
    {
        if (OperatingSystem.IsLinux())
        {
            // .NET keeps its own copy of the environment: only libc's reaches a native library.
            _ = SetVariable("OMP_WAIT_POLICY", "PASSIVE", overwrite: 0);
        }
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetVariable(string name, string value, int overwrite);
}
