using Microsoft.ML.LlamaVae.Decoder;
using Microsoft.ML.LlamaVae.Layers;
using TorchSharp;
using static Microsoft.ML.LlamaVae.Layers.Numbers;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Benchmarks.Gpu;

/// <summary>Tokens per second of a decoder on a GPU, against what the card reads and multiplies.</summary>
internal static class GpuDecoding
{
    public static LlamaDecoder Model(Machine machine, LlamaConfiguration configuration)
    {
        using var ungraded = no_grad();
        var decoder = new LlamaDecoder(configuration, Initializer.Unset, packs: false);
        decoder.to(machine.Device, machine.Type);
        foreach (var weight in decoder.parameters())
        {
            weight.fill_(Number(0.01)); // what is multiplied doesn't change the time
        }

        return decoder;
    }

    /// <summary>Enters the decoder's figures.</summary>
    public static void Enter(
        Contest contest,
        Machine machine,
        DeviceLimits limits,
        DecoderShape shape,
        LlamaDecoder decoder
    )
    {
        var steps = machine.IsReal ? 64 : 4;
        var single = Name(shape, 1);
        foreach (var batch in machine.IsReal ? new[] { 1, 8, 32, 256 } : [1, 8, 32])
        {
            var (reference, scale) =
                batch == 1
                    ? (DeviceLimits.Bandwidth, 4 / machine.BytesPerWeight / shape.GigabytesPerStep)
                    : (single, 1);
            contest.Add(
                Name(shape, batch),
                "tokens/s",
                () => Generate(machine, decoder, batch, steps),
                reference,
                scale
            );
        }

        var (texts, length) = machine.IsReal ? (16, 256) : (1, 32);
        contest
            .Add(
                $"{shape.Name}: prefill of {texts} x {length}",
                "tokens/s",
                () => Read(machine, decoder, texts, length),
                limits.Gemm,
                1 / shape.GigaflopPerPrefillToken
            )
            .Add($"{shape.Name}: first token after a prompt of 16", "1/s", () => Read(machine, decoder, 1, 16) / 16);
    }

    /// <summary>Name of a row of decoding.</summary>
    public static string Name(DecoderShape shape, int batch) => $"{shape.Name}: decode, batch {batch}";

    // Greedy: each token goes from step to step on the device.
    private static double Generate(Machine machine, LlamaDecoder decoder, int batch, int steps)
    {
        using var scope = NewDisposeScope();
        using var state = decoder.Start(null, batch, steps);
        var next = ones([batch, 1], int64, machine.Device); // [B, 1]
        for (var t = 0; t < steps; t++)
        {
            using var step = NewDisposeScope();
            next = decoder.Advance(next, state).argmax(1, keepdim: true).MoveToOuterDisposeScope(); // [B, 1]
        }

        return machine.Finish(batch * steps);
    }

    private static double Read(Machine machine, LlamaDecoder decoder, int batch, int length)
    {
        using var scope = NewDisposeScope();
        using var state = decoder.Start(null, batch, length);
        decoder.Advance(ones([batch, length], int64, machine.Device), state);
        return machine.Finish(batch * length);
    }
}
