using Microsoft.ML.LlamaVae.Bottleneck;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Tests.Layers;

public sealed class CollectionUnderwayTests
{
    /// <summary>Numbers in tensor arithmetic must outlive the operation that reads them, whoever collects garbage meanwhile.</summary>
    [Fact]
    public void Arithmetic_IsRight_WhileAnotherThreadCollectsGarbage()
    {
        using var scope = NewDisposeScope();
        using var ungraded = no_grad();
        using var finished = new CancellationTokenSource();
        var collector = new Thread(() => CollectUntil(finished.Token));
        collector.Start();
        try
        {
            var posterior = new DiagonalGaussian(zeros(8, 32), zeros(8, 32)); // [B, D]
            using var expected = posterior.Kl();
            for (var i = 0; i < 20_000; i++)
            {
                using var actual = posterior.Kl();
                using var differs = actual.ne(expected);
                using var any = differs.any();
                Assert.False(any.item<bool>());
            }
        }
        finally
        {
            finished.Cancel();
            collector.Join();
        }
    }

    private static void CollectUntil(CancellationToken finished)
    {
        while (!finished.IsCancellationRequested)
        {
            GC.Collect(0);
            GC.WaitForPendingFinalizers();
        }
    }
}
