using Microsoft.ML.LlamaVae.Checkpoints;
using Microsoft.ML.LlamaVae.Encoder;
using TorchSharp;
using static Microsoft.ML.LlamaVae.Layers.Numbers;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Tests.Encoder;

public sealed class SentenceT5ParityTests
{
    private const double Tolerance = 1e-4;

    public static TheoryData<string> Checkpoints => ReferenceCheckpoints.Of("t5");

    [Theory]
    [MemberData(nameof(Checkpoints))]
    public void Hidden_AgreesWithTheReference_AtRealTokens(string folder)
    {
        using var scope = NewDisposeScope();
        using var ungraded = no_grad();
        using var encoder = SentenceT5Encoder.Load(folder);
        using var file = SafetensorsFile.Open(Path.Combine(folder, "expected.safetensors"));
        var mask = file.Read("attention_mask").to(ScalarType.Bool); // [B, S]

        var hidden = encoder.Hidden(file.Read("input_ids"), mask);

        var difference = (hidden - file.Read("last_hidden_state"))
            .abs()
            .masked_fill(mask.logical_not().unsqueeze(-1), Number(0));
        Assert.InRange(difference.max().item<float>(), 0, Tolerance);
    }

    [Theory]
    [MemberData(nameof(Checkpoints))]
    public void Embeddings_AgreeWithTheReference(string folder)
    {
        using var scope = NewDisposeScope();
        using var ungraded = no_grad();
        using var encoder = SentenceT5Encoder.Load(folder);
        using var file = SafetensorsFile.Open(Path.Combine(folder, "expected.safetensors"));
        var mask = file.Read("attention_mask").to(ScalarType.Bool); // [B, S]

        var embeddings = encoder.Encode(file.Read("input_ids"), mask);

        var difference = (embeddings - file.Read("sentence_embedding")).abs().max().item<float>();
        Assert.True(mask.logical_not().any().item<bool>(), "the reference must have rows with padding");
        Assert.InRange(difference, 0, Tolerance);
    }

    [Theory]
    [MemberData(nameof(Checkpoints))]
    public void Embedding_OfARow_DependsNeitherOnItsPaddingNorOnItsBatch(string folder)
    {
        using var scope = NewDisposeScope();
        using var ungraded = no_grad();
        using var encoder = SentenceT5Encoder.Load(folder);
        using var file = SafetensorsFile.Open(Path.Combine(folder, "expected.safetensors"));
        var (ids, mask) = (file.Read("input_ids"), file.Read("attention_mask").to(ScalarType.Bool));
        var together = encoder.Encode(ids, mask);
        for (var row = 0; row < ids.size(0); row++)
        {
            var length = mask[row].sum().item<long>();
            var alone = encoder.Encode(
                ids.narrow(0, row, 1).narrow(1, 0, length),
                mask.narrow(0, row, 1).narrow(1, 0, length)
            );

            Assert.InRange((together[row] - alone[0]).abs().max().item<float>(), 0, 1e-5);
        }
    }
}
