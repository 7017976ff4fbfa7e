using Microsoft.ML.LlamaVae.Decoder;
using Microsoft.ML.LlamaVae.Layers;
using TorchSharp;
using static Microsoft.ML.LlamaVae.Layers.Numbers;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Benchmarks;

/// <summary>Tokens per second of a bfloat16 decoder on the first GPU, against what the card reads and multiplies.</summary>
internal static class GpuDecoding
{
    private const string Bandwidth = "GPU memory read";
    private const string Gemm = "bf16 GEMM";
    private const int Side = 8192;

    public static IReadOnlyList<Row> Measure(DecoderShape shape, int rounds)
    {
        if (!cuda.is_available())
        {
            throw new InvalidOperationException(
                "No CUDA device is usable. Build with -p:TorchBackend=cuda, or set LLAMAVAE_TORCH to a libtorch with CUDA."
            );
        }

        using var scope = NewDisposeScope();
        using var ungraded = no_grad();
        using var decoder = new LlamaDecoder(shape.Configuration, Initializer.Unset);
        decoder.to(CUDA, ScalarType.BFloat16);
        foreach (var weight in decoder.parameters())
        {
            weight.fill_(Number(0.01)); // what is multiplied doesn't change the time
        }

        var matrix = ones([Side, Side], ScalarType.BFloat16, CUDA);
        var large = ones([1L << 30], ScalarType.BFloat16, CUDA); // 2 GiB
        var contest = new Contest(rounds)
            .Add(Bandwidth, "GB/s", () => Timed(() => large.sum().Dispose(), 2.0 * large.numel() / 1e9))
            .Add(Gemm, "GFLOP/s", () => Timed(() => matrix.mm(matrix).Dispose(), 2.0 * Side * Side * Side / 1e9));
        var single = Name(1);
        foreach (var batch in new[] { 1, 8, 32, 256 })
        {
            // Half the bytes of float32.
            var (reference, scale) = batch == 1 ? (Bandwidth, 2 / shape.GigabytesPerStep) : (single, 1);
            contest.Add(Name(batch), "tokens/s", () => Generate(decoder, batch, 64), reference, scale);
        }

        return contest
            .Add(
                $"{shape.Name} on the GPU: prefill of 16 x 256",
                "tokens/s",
                () => Timed(() => Read(decoder, 16, 256), 16 * 256),
                Gemm,
                1 / shape.GigaflopPerPrefillToken
            )
            .Add($"{shape.Name} on the GPU: first token", "1/s", () => Timed(() => Read(decoder, 1, 16), 1))
            .Run();

        string Name(int batch) => $"{shape.Name} on the GPU: decode, batch {batch}";
    }

    // The device works behind the host's back: a figure counts when it has come to its end.
    private static double Timed(Action work, double amount)
    {
        work();
        cuda.synchronize();
        return amount;
    }

    // Greedy: each token goes from step to step on the device.
    private static double Generate(LlamaDecoder decoder, int batch, int steps)
    {
        using var scope = NewDisposeScope();
        using var state = decoder.Start(null, batch, steps);
        var next = ones([batch, 1], int64, CUDA); // [B, 1]
        for (var t = 0; t < steps; t++)
        {
            using var step = NewDisposeScope();
            next = decoder.Advance(next, state).argmax(1, keepdim: true).MoveToOuterDisposeScope(); // [B, 1]
        }

        cuda.synchronize();
        return batch * steps;
    }

    private static void Read(LlamaDecoder decoder, int batch, int length)
    {
        using var scope = NewDisposeScope();
        using var state = decoder.Start(null, batch, length);
        decoder.Advance(ones([batch, length], int64, CUDA), state);
    }
}
