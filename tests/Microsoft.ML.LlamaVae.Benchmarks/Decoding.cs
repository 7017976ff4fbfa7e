using Microsoft.ML.LlamaVae.Decoder;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Benchmarks;

/// <summary>Tokens per second of a decoder with random weights, against the limits and against the plain path.</summary>
internal static class Decoding
{
    public static IReadOnlyList<Row> Measure(DecoderShape shape, int rounds, bool withPlain)
    {
        using var limits = new Limits();
        using var generator = new Generator(1);
        using var packed = LlamaDecoder.Create(shape.Configuration, generator);
        using var plain = withPlain ? LlamaDecoder.Create(shape.Configuration, generator, packs: false) : null;
        var contest = new Contest(rounds)
            .Add(Limits.Bandwidth, "GB/s", limits.Read)
            .Add(Limits.Gemm, "GFLOP/s", limits.Multiply);
        var single = Name(1);
        foreach (var (batch, steps) in new[] { (1, 16), (8, 8), (32, 4) })
        {
            var name = Name(batch);
            var (reference, scale) = batch == 1 ? (Limits.Bandwidth, 1 / shape.GigabytesPerStep) : (single, 1);
            contest.Add(name, "tokens/s", () => Generate(packed, batch, steps), reference, scale);
            if (plain is not null)
            {
                contest.Add($"{name}, plain path", "tokens/s", () => Generate(plain, batch, steps), name);
            }
        }

        return contest
            .Add(
                $"{shape.Name}: prefill of 256",
                "tokens/s",
                () => Read(packed, 256),
                Limits.Gemm,
                1 / shape.GigaflopPerPrefillToken
            )
            .Add($"{shape.Name}: first token after a prompt of 16", "1/s", () => Read(packed, 16) / 16)
            .Run();

        string Name(int batch) => $"{shape.Name}: decode, batch {batch}";
    }

    // The cost of a step doesn't depend on which tokens are said.
    public static double Generate(LlamaDecoder decoder, int batch, int steps)
    {
        using var scope = NewDisposeScope();
        using var state = decoder.Start(null, batch, steps);
        var next = ones([batch, 1], int64); // [B, 1]
        for (var t = 0; t < steps; t++)
        {
            using var logits = decoder.Advance(next, state); // [B, V]
        }

        return batch * steps;
    }

    public static double Read(LlamaDecoder decoder, int length)
    {
        using var scope = NewDisposeScope();
        using var state = decoder.Start(null, 1, length);
        using var logits = decoder.Advance(ones([1, length], int64), state); // [1, V]
        return length;
    }
}
