using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TorchSharp;

namespace Microsoft.ML.LlamaVae.Native;

/// <summary>
/// Loads TorchSharp's native shim and libtorch once per process, before the first tensor.
/// </summary>
/// <remarks>
/// TorchSharp 0.107 asks for GLIBCXX_3.4.32 through a symbol that nothing uses; distributions with an older libstdc++
/// (Debian 12, Ubuntu 22.04) refuse it. Where, and only where, the plain load fails for that reason, a copy in memory
/// whose version need is weak is loaded in its place (see <see cref="ElfVersionNeed"/>).
/// The environment variable <c>LLAMAVAE_TORCH</c> may name a folder with another libtorch of the same version.
/// </remarks>
public static class TorchBackend
{
    private const string ShimFile = "libLibTorchSharp.so";
    private const string UnusedVersion = "GLIBCXX_3.4.32";

    // In the order of their dependencies; the CUDA ones are absent from a CPU backend.
    private static readonly string[] s_libtorch =
    [
        "libc10.so",
        "libgomp*.so*",
        "libtorch_cpu.so",
        "libc10_cuda.so",
        "libtorch_cuda.so",
        "libtorch.so",
    ];

    private static readonly Lazy<(string? Note, TorchBackendException? Failure)> s_state = new(TryLoad);

    /// <summary>What had to be done to load the backend, for a log; null where nothing had to be.</summary>
    public static string? Note => s_state.Value.Note;

    /// <summary>Makes sure that tensors can be made in this process; cheap after the first call.</summary>
    /// <exception cref="TorchBackendException">No libtorch was found, or it cannot be loaded; says why and what to do.</exception>
    public static void EnsureLoaded()
    {
        if (s_state.Value.Failure is { } failure)
        {
            throw new TorchBackendException(failure.Message, failure);
        }
    }

    // Touching any type of this assembly is early enough to come before the class torch; a failure waits for EnsureLoaded.
#pragma warning disable CA2255 // the one place where an application must not have to remember a call
    [ModuleInitializer]
    internal static void LoadBeforeTorch() => _ = s_state.Value;
#pragma warning restore CA2255

    private static (string?, TorchBackendException?) TryLoad()
    {
        string? note = null;
        try
        {
            WaitingThreads.Sleep();
            if (Environment.GetEnvironmentVariable("LLAMAVAE_TORCH") is { Length: > 0 } folder)
            {
                note = Preload(folder)
                    ? $"libtorch taken from LLAMAVAE_TORCH={folder}."
                    : throw new TorchBackendException(
                        $"LLAMAVAE_TORCH names '{folder}', which holds no libtorch_cpu.so. Point it at the folder with libtorch's libraries, or unset it."
                    );
            }

            if (OperatingSystem.IsLinux() && FindOnSearchPath(ShimFile) is { } shim)
            {
                note = LoadShim(shim, note);
            }

            RuntimeHelpers.RunClassConstructor(typeof(torch).TypeHandle);
            torch.empty(0).Dispose();
            FreedMemory.Keep();
            return (note, null);
        }
        catch (TorchBackendException e)
        {
            return (note, e);
        }
        catch (Exception e) when (e is TypeInitializationException or NotSupportedException or DllNotFoundException)
        {
            return (note, new TorchBackendException(Explain(e), e));
        }
    }

    private static string? LoadShim(string shim, string? note)
    {
        Preload(Path.GetDirectoryName(shim)!);
        if (FindOnSearchPath("libtorch.so") is { } libtorch)
        {
            Preload(Path.GetDirectoryName(libtorch)!);
        }

        try
        {
            NativeLibrary.Load(shim);
            return note;
        }
        catch (DllNotFoundException e) when (e.Message.Contains(UnusedVersion, StringComparison.Ordinal))
        {
            LoadWeakened(shim);
            return $"{note}{(note is null ? "" : " ")}The system's libstdc++ is older than {UnusedVersion}; "
                + "loaded a copy of TorchSharp's native library whose unused version need is weak.";
        }
    }

    private static void LoadWeakened(string shim)
    {
        var image = File.ReadAllBytes(shim);
        if (!ElfVersionNeed.Weaken(image, UnusedVersion))
        {
            throw new TorchBackendException(
                $"{shim} needs {UnusedVersion}, which the system's libstdc++ lacks, and its version table could not be read. "
                    + "Install a libstdc++ of GCC 13.2 or later."
            );
        }

        using var memory = MemoryFile.Create("llamavae-torch-shim", image);
        try
        {
            NativeLibrary.Load(memory.Path);
        }
        catch (DllNotFoundException e)
        {
            throw new TorchBackendException(
                $"{shim} does not load on this system ({e.Message}). TorchSharp needs glibc 2.34 and a libstdc++ of GCC 12 or later.",
                e
            );
        }
    }

    private static bool Preload(string folder)
    {
        foreach (var pattern in s_libtorch)
        {
            foreach (var path in Directory.Exists(folder) ? Directory.GetFiles(folder, pattern) : [])
            {
                NativeLibrary.TryLoad(path, out _);
            }
        }

        return File.Exists(Path.Combine(folder, "libtorch_cpu.so"));
    }

    private static string? FindOnSearchPath(string file)
    {
        var known = AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "";
        return known
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Prepend(AppContext.BaseDirectory)
            .Append(
                Path.Combine(
                    AppContext.BaseDirectory,
                    "runtimes",
                    $"linux-{RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant()}",
                    "native"
                )
            )
            .Select(folder => Path.Combine(folder, file))
            .FirstOrDefault(File.Exists);
    }

    private static string Explain(Exception e)
    {
        var platform =
            OperatingSystem.IsWindows() ? "win-x64"
            : OperatingSystem.IsMacOS() ? "osx-arm64"
            : "linux-x64";
        var root = e.GetBaseException().Message;
        return "No usable libtorch was found. The application chooses the backend: add the package "
            + $"'libtorch-cpu-{platform}' 2.10.0 (CPU) or 'TorchSharp-cuda-linux' / 'TorchSharp-cuda-windows' 0.107.0 (NVIDIA GPU) "
            + $"to the project that is run, or set LLAMAVAE_TORCH to a folder that holds libtorch 2.10. Cause: {root}";
    }
}
