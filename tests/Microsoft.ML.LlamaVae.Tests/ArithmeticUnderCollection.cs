using Microsoft.ML.LlamaVae.Bottleneck;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Tests;

/// <summary>Tensor arithmetic of the library on one thread while another collects garbage and finalizes it.</summary>
internal static class ArithmeticUnderCollection
{
    private const int Rounds = 10_000;

    /// <returns>Whether every result was right.</returns>
    public static bool Run()
    {
        using var scope = NewDisposeScope();
        using var finished = new CancellationTokenSource();
        var collector = new Thread(() => CollectUntil(finished.Token));
        collector.Start();
        try
        {
            var posterior = new DiagonalGaussian(zeros(8, 32), ones(8, 32)); // [B, D]
            using var expected = posterior.Kl();
            return Enumerable.Range(0, Rounds).All(_ => IsRight(posterior, expected));
        }
        finally
        {
            finished.Cancel();
            collector.Join();
        }
    }

    private static bool IsRight(DiagonalGaussian posterior, Tensor expected)
    {
        using var scope = NewDisposeScope();
        return !posterior.Kl().ne(expected).any().item<bool>();
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
