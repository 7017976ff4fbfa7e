using Microsoft.ML.LlamaVae.Decoder;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Benchmarks.LlamaCpp;

/// <summary>The same weights in float32 here and in llama.cpp, in turn.</summary>
internal static class AgainstLlamaCpp
{
    private const int Compared = 16;

    public static IReadOnlyList<Row> Measure(int rounds)
    {
        using var generator = new Generator(1);
        using var decoder = LlamaDecoder.Create(DecoderShape.Small.Configuration, generator);
        var path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.gguf");
        try
        {
            GgufFile.Write(path, decoder);
            using var other = new LlamaCppProcess(path);
            var same = Generate(decoder, Compared).Zip(other.Generate(1, Compared)).TakeWhile(p => p.First == p.Second);
            var rows = Contest(decoder, other, rounds).Run();
            return
            [
                .. rows,
                new Row("llama.cpp: greedy tokens in common", same.Count(), $"of {Compared}", null, null, 0),
            ];
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static Contest Contest(LlamaDecoder decoder, LlamaCppProcess other, int rounds)
    {
        var contest = new Contest(rounds);
        foreach (var (batch, steps) in new[] { (1, 16), (8, 8), (32, 4) })
        {
            var theirs = $"llama.cpp: decode, batch {batch}";
            contest
                .Add(
                    theirs,
                    "tokens/s",
                    () =>
                    {
                        other.Generate(batch, steps);
                        return batch * steps;
                    }
                )
                .Add(
                    $"ours: decode, batch {batch}",
                    "tokens/s",
                    () => Decoding.Generate(decoder, batch, steps),
                    theirs
                );
        }

        const string read = "llama.cpp: prefill of 256";
        return contest
            .Add(
                read,
                "tokens/s",
                () =>
                {
                    other.Read(256);
                    return 256;
                }
            )
            .Add("ours: prefill of 256", "tokens/s", () => Decoding.Read(decoder, 256), read);
    }

    private static List<long> Generate(LlamaDecoder decoder, int tokens)
    {
        using var scope = NewDisposeScope();
        using var state = decoder.Start(null, 1, tokens);
        var said = new List<long>();
        var next = ones([1, 1], int64); // [1, 1]
        while (said.Count < tokens)
        {
            next = decoder.Advance(next, state).argmax(1, keepdim: true); // [1, 1]
            said.Add(next.item<long>());
        }

        return said;
    }
}
