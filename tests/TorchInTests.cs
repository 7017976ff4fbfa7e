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
        TorchBackend.EnsureLoaded();
        // xunit runs classes side by side; more threads for each of them only get in each other's way.
        TorchSharp.torch.set_num_threads(1);
    }
}
