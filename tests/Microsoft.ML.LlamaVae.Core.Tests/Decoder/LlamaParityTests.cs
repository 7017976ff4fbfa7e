using System.Text.Json;
using Microsoft.ML.LlamaVae.Checkpoints;
using Microsoft.ML.LlamaVae.Decoder;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Tests.Decoder;

public sealed class LlamaParityTests
{
    private const double Tolerance = 1e-4;

    public static TheoryData<string> Checkpoints => ReferenceCheckpoints.Of("llama");

    [Theory]
    [MemberData(nameof(Checkpoints))]
    public void Logits_AgreeWithTheReference_OverTheWholeSequence(string folder)
    {
        using var scope = NewDisposeScope();
        using var ungraded = no_grad();
        using var decoder = LlamaDecoder.Load(folder);
        var (ids, expected) = Expected(folder);

        var logits = decoder.Logits(decoder.Hidden(ids, null));

        Assert.InRange((logits - expected).abs().max().item<float>(), 0, Tolerance);
    }

    [Theory]
    [MemberData(nameof(Checkpoints))]
    public void Logits_AgreeWithTheReference_TokenByTokenThroughTheCache(string folder)
    {
        using var scope = NewDisposeScope();
        using var ungraded = no_grad();
        using var decoder = LlamaDecoder.Load(folder);
        var (ids, expected) = Expected(folder);
        using var state = decoder.Start(null, (int)ids.size(0), (int)ids.size(1));

        for (var t = 0; t < ids.size(1); t++)
        {
            using var step = NewDisposeScope();
            var logits = decoder.Advance(ids.narrow(1, t, 1), state); // [B, V]
            Assert.InRange((logits - expected.select(1, t)).abs().max().item<float>(), 0, Tolerance);
        }
    }

    [Theory]
    [MemberData(nameof(Checkpoints))]
    public void Logits_AgreeWithTheReference_InPiecesThroughTheCache(string folder)
    {
        using var scope = NewDisposeScope();
        using var ungraded = no_grad();
        using var decoder = LlamaDecoder.Load(folder);
        var (ids, expected) = Expected(folder);
        using var state = decoder.Start(null, (int)ids.size(0), (int)ids.size(1));
        decoder.Advance(ids.narrow(1, 0, 5), state);

        var logits = decoder.Advance(ids.narrow(1, 5, ids.size(1) - 5), state);

        Assert.InRange((logits - expected.select(1, -1)).abs().max().item<float>(), 0, Tolerance);
    }

    [Theory]
    [MemberData(nameof(Checkpoints))]
    public void Logits_OfAPaddedRow_AreThoseOfTheRowAlone(string folder)
    {
        using var scope = NewDisposeScope();
        using var ungraded = no_grad();
        using var decoder = LlamaDecoder.Load(folder);
        var (ids, expected) = Expected(folder);
        const int Real = 11;
        var padded = ids.clone();
        padded.narrow(1, Real, ids.size(1) - Real).fill_(2);

        var logits = decoder.Logits(decoder.Hidden(padded, null));

        Assert.InRange(
            (logits.narrow(1, 0, Real) - expected.narrow(1, 0, Real)).abs().max().item<float>(),
            0,
            Tolerance
        );
    }

    [Theory]
    [MemberData(nameof(Checkpoints))]
    public void Greedy_SaysWhatTheReferenceSays(string folder)
    {
        var file = Path.Combine(folder, "expected.json");
        using var json = JsonDocument.Parse(File.ReadAllText(file));
        int[] expected =
        [
            .. json.RootElement.GetProperty("greedy_from_bos").EnumerateArray().Select(e => e.GetInt32()),
        ];
        using var scope = NewDisposeScope();
        using var decoder = LlamaDecoder.Load(folder);
        using var state = decoder.Start(null, 1, expected.Length);
        var said = new List<int>();
        var next = 1L; // BOS
        while (said.Count < expected.Length)
        {
            using var logits = decoder.Advance(tensor([next], [1, 1]), state);
            next = logits.argmax(-1).item<long>();
            said.Add((int)next);
        }

        Assert.Equal(expected, said);
    }

    private static (Tensor Ids, Tensor Logits) Expected(string folder)
    {
        using var file = SafetensorsFile.Open(Path.Combine(folder, "expected.safetensors"));
        return (file.Read("input_ids"), file.Read("logits"));
    }
}
