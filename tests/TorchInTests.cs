using System.Runtime.CompilerServices;
using Microsoft.ML.LlamaVae.Native;

namespace Microsoft.ML.LlamaVae.Tests;

/// <summary>A test may touch the class torch before any type of the library: the backend is loaded first.</summary>
internal static class TorchInTests
{
    [ModuleInitializer]
    internal static void Load() => TorchBackend.EnsureLoaded();
}
