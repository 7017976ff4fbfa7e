using System.Runtime.CompilerServices;
using Microsoft.ML.LlamaVae.Native;

// One test at a time: two cores are soon full anyway.
[assembly: Xunit.CollectionBehavior(DisableTestParallelization = true)]

namespace Microsoft.ML.LlamaVae.Tests;

/// <summary>Tests are an application: they load the backend before they touch the class torch, and choose its threads.</summary>
internal static class TorchInTests
{
    [ModuleInitializer]
    internal static void Load()
    {
        // The program that some tests start in a process of its own is as any other.
        if (Environment.GetCommandLineArgs()[0] != typeof(TorchInTests).Assembly.Location)
        {
            Stall.Finalizers();
        }

        TorchBackend.EnsureLoaded();
        TorchSharp.torch.set_num_threads(1);
    }

    /// <summary>
    /// Lets nothing be finalized in the test host. Tests write tensor arithmetic as they please, and TorchSharp's numbers in it
    /// would be finalized under the running operation whenever another thread of the host collects garbage (see Layers/Numbers.cs).
    /// </summary>
    private sealed class Stall
    {
        [MethodImpl(MethodImplOptions.NoInlining)]
        private static void Drop() => _ = new Stall();

        public static void Finalizers()
        {
            Drop();
            GC.Collect();
        }

#pragma warning disable MA0055 // The finalizer is the point.
        ~Stall() => Thread.Sleep(Timeout.Infinite);
#pragma warning restore MA0055
    }
}
