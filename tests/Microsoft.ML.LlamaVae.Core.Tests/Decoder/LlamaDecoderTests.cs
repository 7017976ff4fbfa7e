using Microsoft.ML.LlamaVae.Decoder;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Tests.Decoder;

public sealed class LlamaDecoderTests
{
    private const double Tolerance = 1e-5;

    public static TheoryData<string> Kinds => TinyLlamas.Kinds;

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Logits_AgreeWithTheTextbook_WithAndWithoutMemory(string kind)
    {
        using var scope = NewDisposeScope();
        using var ungraded = no_grad();
        var c = TinyLlamas.Of(kind);
        using var decoder = TinyLlamas.Create(c);
        var textbook = new TextbookLlama(decoder);
        var ids = TinyLlamas.Ids(c, 2, 9);
        foreach (var slots in new[] { 0, 1, 3 })
        {
            var memory = slots == 0 ? null : TinyLlamas.Memory(c, 2, slots);

            var logits = decoder.Logits(decoder.Hidden(ids, memory)); // [B, T, V]

            for (var b = 0; b < 2; b++)
            {
                var expected = textbook.Logits(ids[b].data<long>().ToArray(), memory?[b]);
                Assert.InRange(TinyLlamas.Difference(Flat(expected), logits[b].reshape(-1)), 0, Tolerance);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Advance_AfterAMemory_GivesTheLogitsOfTeacherForcing(string kind)
    {
        using var scope = NewDisposeScope();
        using var ungraded = no_grad();
        var c = TinyLlamas.Of(kind);
        using var decoder = TinyLlamas.Create(c);
        var ids = TinyLlamas.Ids(c, 3, 10);
        var memory = TinyLlamas.Memory(c, 3, 2);
        var expected = decoder.Logits(decoder.Hidden(ids, memory)); // [B, T, V]
        using var state = decoder.Start(memory, 3, 10);

        for (var t = 0; t < 10; t++)
        {
            var logits = decoder.Advance(ids.narrow(1, t, 1), state); // [B, V]
            Assert.InRange(TinyLlamas.Difference(expected.select(1, t), logits), 0, Tolerance);
            Assert.Equal(t + 1, state.Length);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Memory_OfThePrefixOwnKeysAndValues_StandsForThePrefix(string kind)
    {
        const int Prefix = 4;
        using var scope = NewDisposeScope();
        using var ungraded = no_grad();
        var c = TinyLlamas.Of(kind);
        using var decoder = TinyLlamas.Create(c);
        var ids = TinyLlamas.Ids(c, 1, 10);
        var made = new double[c.Layers, 2, c.KeyValueHeads, Prefix, c.HeadSize];
        _ = new TextbookLlama(decoder).Logits(ids[0].data<long>().ToArray()[..Prefix], null, made);
        var memory = tensor(made.Cast<double>().ToArray(), float32)
            .view(1, c.Layers, 2, c.KeyValueHeads, Prefix, c.HeadSize);

        var whole = decoder.Hidden(ids, null); // [1, T, H]
        var rest = decoder.Hidden(ids.narrow(1, Prefix, 6), memory); // [1, T − 4, H]

        Assert.InRange(TinyLlamas.Difference(whole.narrow(1, Prefix, 6), rest), 0, Tolerance);
    }

    [Fact]
    public void GroupedHeads_AreAHeadEachWhoseKeysAndValuesRepeat()
    {
        using var scope = NewDisposeScope();
        using var ungraded = no_grad();
        var c = TinyLlamas.Grouped;
        using var grouped = TinyLlamas.Create(c);
        using var repeated = TinyLlamas.Create(c with { KeyValueHeads = c.Heads }, seed: 9);
        var target = repeated.state_dict();
        foreach (var (name, value) in grouped.state_dict())
        {
            var isShared = name.Contains("k_proj") || name.Contains("v_proj");
            target[name]
                .copy_(
                    isShared
                        ? value
                            .view(c.KeyValueHeads, c.HeadSize, c.HiddenSize)
                            .repeat_interleave(2, 0)
                            .view(-1, c.HiddenSize)
                        : value
                );
        }

        var ids = TinyLlamas.Ids(c, 2, 7);
        var memory = TinyLlamas.Memory(c, 2, 2);

        Assert.InRange(
            TinyLlamas.Difference(grouped.Hidden(ids, memory), repeated.Hidden(ids, memory.repeat_interleave(2, 3))),
            0,
            Tolerance
        );
    }

    [Fact]
    public void Hidden_OfARow_DependsNeitherOnItsBatchNorOnItsPadding()
    {
        using var scope = NewDisposeScope();
        using var ungraded = no_grad();
        var c = TinyLlamas.Grouped;
        using var decoder = TinyLlamas.Create(c);
        var ids = TinyLlamas.Ids(c, 4, 12);
        var memory = TinyLlamas.Memory(c, 4, 2);
        var together = decoder.Hidden(ids, memory); // [B, T, H]

        for (var b = 0; b < 4; b++)
        {
            var length = 5 + b;
            var alone = decoder.Hidden(ids.narrow(0, b, 1).narrow(1, 0, length), memory.narrow(0, b, 1));
            var row = together.narrow(0, b, 1).narrow(1, 0, length);
            Assert.InRange(TinyLlamas.Difference(row, alone), 0, Tolerance);
        }
    }

    [Fact]
    public void Keep_LeavesTheGivenRowsInTheGivenOrder()
    {
        using var scope = NewDisposeScope();
        using var ungraded = no_grad();
        var c = TinyLlamas.Grouped;
        using var decoder = TinyLlamas.Create(c);
        var ids = TinyLlamas.Ids(c, 4, 6);
        var memory = TinyLlamas.Memory(c, 4, 2);
        var expected = decoder.Logits(decoder.Hidden(ids, memory)); // [B, T, V]
        using var state = decoder.Start(memory, 4, 6);
        decoder.Advance(ids.narrow(1, 0, 3), state);

        state.Keep([3, 1]);
        var kept = tensor([3L, 1L]);
        var logits = decoder.Advance(ids.index_select(0, kept).narrow(1, 3, 3), state);

        Assert.Equal(2, state.Batch);
        Assert.InRange(TinyLlamas.Difference(expected.select(1, 5).index_select(0, kept), logits), 0, Tolerance);
    }

    [Fact]
    public void BFloat16_IsNearFloat32_AndTheMemoryKeepsItsOwnTypeAndGradient()
    {
        using var scope = NewDisposeScope();
        var c = TinyLlamas.Grouped;
        using var decoder = TinyLlamas.Create(c);
        var ids = TinyLlamas.Ids(c, 2, 6);
        var memory = TinyLlamas.Memory(c, 2, 2).requires_grad_();
        var exact = decoder.Logits(decoder.Hidden(ids, memory)); // [B, T, V]
        decoder.to(bfloat16);

        var logits = decoder.Logits(decoder.Hidden(ids, memory));
        logits.to(float32).sum().backward();

        Assert.Equal(bfloat16, logits.dtype);
        Assert.InRange(TinyLlamas.Difference(exact, logits), 1e-6, 0.05 * exact.abs().max().item<float>());
        Assert.Equal(float32, memory.grad!.dtype);
        Assert.True(memory.grad.abs().sum().item<float>() > 0);
    }

    [Fact]
    public void Weights_HaveTheNamesAndShapesOfTheCheckpoints()
    {
        string[] layer =
        [
            "input_layernorm.weight [16]",
            "self_attn.q_proj.weight [16, 16]",
            "self_attn.q_proj.bias [16]",
            "self_attn.k_proj.weight [8, 16]",
            "self_attn.k_proj.bias [8]",
            "self_attn.v_proj.weight [8, 16]",
            "self_attn.v_proj.bias [8]",
            "self_attn.o_proj.weight [16, 16]",
            "self_attn.o_proj.bias [16]",
            "post_attention_layernorm.weight [16]",
            "mlp.gate_proj.weight [20, 16]",
            "mlp.gate_proj.bias [20]",
            "mlp.up_proj.weight [20, 16]",
            "mlp.up_proj.bias [20]",
            "mlp.down_proj.weight [16, 20]",
            "mlp.down_proj.bias [16]",
        ];
        using var decoder = TinyLlamas.Create(TinyLlamas.Of("biased"));

        var names = decoder.state_dict().Select(e => $"{e.Key} [{string.Join(", ", e.Value.shape)}]");

        Assert.Equal(
            [
                "model.embed_tokens.weight [23, 16]",
                .. layer.Select(name => "model.layers.0." + name),
                .. layer.Select(name => "model.layers.1." + name),
                "model.norm.weight [16]",
                "lm_head.weight [23, 16]",
            ],
            names
        );
    }

    [Fact]
    public void PartParameters_AreAllParametersOnce()
    {
        foreach (var tied in new[] { false, true })
        {
            using var decoder = TinyLlamas.Create(TinyLlamas.Grouped with { TieEmbeddings = tied });
            var names = decoder.named_parameters().ToDictionary(p => p.parameter.Handle, p => p.name);

            var layers = decoder.PartParameters(DecoderPart.Layers).Select(p => names[p.Handle]).ToArray();
            var embeddings = decoder.PartParameters(DecoderPart.Embeddings).Select(p => names[p.Handle]).ToArray();

            Assert.All(layers, name => Assert.StartsWith("model.layers.", name, StringComparison.Ordinal));
            string[] outside =
            [
                "model.embed_tokens.weight",
                "model.norm.weight",
                .. tied ? Array.Empty<string>() : ["lm_head.weight"],
            ];
            Assert.Equal(outside.Order(StringComparer.Ordinal), embeddings.Order(StringComparer.Ordinal));
            Assert.Equal(names.Count, layers.Length + embeddings.Length);
        }
    }

    [Fact]
    public void Create_DependsOnTheGeneratorAlone()
    {
        using var scope = NewDisposeScope();
        using var first = TinyLlamas.Create(TinyLlamas.Grouped, seed: 5);
        using var same = TinyLlamas.Create(TinyLlamas.Grouped, seed: 5);
        using var other = TinyLlamas.Create(TinyLlamas.Grouped, seed: 6);
        var ids = TinyLlamas.Ids(TinyLlamas.Grouped, 1, 5);

        Assert.Equal(0, TinyLlamas.Difference(first.Hidden(ids, null), same.Hidden(ids, null)));
        Assert.True(TinyLlamas.Difference(first.Hidden(ids, null), other.Hidden(ids, null)) > 1e-3);
    }

    private static Tensor Flat(double[][] rows) => tensor(rows.SelectMany(row => row).ToArray());
}
