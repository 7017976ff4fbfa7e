using System.Text.Json;
using Microsoft.ML.LlamaVae.Checkpoints;
using Microsoft.ML.LlamaVae.Decoder;
using Microsoft.ML.LlamaVae.Generation;
using TorchSharp;
using static Microsoft.ML.LlamaVae.Layers.Numbers;
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
        var half = ids.size(1) / 2;
        decoder.Advance(ids.narrow(1, 0, half), state);

        var logits = decoder.Advance(ids.narrow(1, half, ids.size(1) - half), state);

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
        var real = ids.size(1) / 3;
        var padded = ids.clone();
        padded.narrow(1, real, ids.size(1) - real).fill_(Number(2));

        var logits = decoder.Logits(decoder.Hidden(padded, null));

        Assert.InRange(
            (logits.narrow(1, 0, real) - expected.narrow(1, 0, real)).abs().max().item<float>(),
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
        using var decoder = LlamaDecoder.Load(folder);
        using var config = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "config.json")));
        var bos = config.RootElement.GetProperty("bos_token_id").GetInt32();
        var options = new GenerationOptions { MaxTokens = expected.Length };

        var said = new TextGenerator(decoder, options, bos, [], CPU).Generate((_, _) => null, [0]);

        Assert.Equal(expected, Assert.Single(said));
    }

    private static (Tensor Ids, Tensor Logits) Expected(string folder)
    {
        using var file = SafetensorsFile.Open(Path.Combine(folder, "expected.safetensors"));
        return (file.Read("input_ids"), file.Read("logits"));
    }
}
