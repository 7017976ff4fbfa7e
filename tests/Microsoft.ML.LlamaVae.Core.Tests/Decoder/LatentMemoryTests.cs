using Microsoft.ML.LlamaVae.Decoder;
using Microsoft.ML.LlamaVae.Layers;
using Microsoft.ML.LlamaVae.Training;
using TorchSharp;
using static Microsoft.ML.LlamaVae.Layers.Numbers;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Tests.Decoder;

public sealed class LatentMemoryTests
{
    private const int LatentSize = 5;

    [Theory]
    [InlineData(null)]
    [InlineData(6)]
    public void Gradients_AgreeWithCentralDifferences(int? hiddenSize)
    {
        using var scope = NewDisposeScope();
        using var memory = Create(hiddenSize, slots: 2);
        memory.to(float64);
        using var generator = new Generator(3);
        var z = randn([2, LatentSize], float64, generator: generator);
        var weights = randn([2, 2, 2, 2, 2, 4], float64, generator: generator);

        Assert.InRange(Numeric.GradientError(x => (memory.call(x) * memory.call(x) * weights).sum(), z), 0, 1e-7);
        Assert.All(
            memory.parameters(),
            p =>
                Assert.InRange(
                    Numeric.ParameterGradientError(() => (memory.call(z) * memory.call(z) * weights).sum(), p),
                    0,
                    1e-7
                )
        );
    }

    [Theory]
    [InlineData(null)]
    [InlineData(64)]
    public void Values_HaveUnitScale_ForLatentsOfThePrior(int? hiddenSize)
    {
        using var scope = NewDisposeScope();
        using var ungraded = no_grad();
        using var generator = new Generator(4);
        var shape = new MemoryShape(Layers: 4, KeyValueHeads: 2, HeadSize: 16);
        using var memory = new LatentMemory(32, shape, 2, hiddenSize, Initializer.From(generator));

        var values = memory.call(randn([256, 32], generator: generator)); // [B, L, 2, Hkv, M, Dh]

        Assert.Equal([256, 4, 2, 2, 2, 16], values.shape);
        Assert.InRange(values.std().item<float>(), 0.9, 1.1);
    }

    [Fact]
    public void Names_AreThoseOfTheArchive()
    {
        using var linear = Create(null, slots: 1);
        using var hidden = Create(3, slots: 1);

        Assert.Equal(["slots.weight", "slots.bias"], linear.state_dict().Keys);
        Assert.Equal(["hidden.weight", "hidden.bias", "slots.weight", "slots.bias"], hidden.state_dict().Keys);
    }

    [Fact]
    public void TheGradient_FlowsThroughAFrozenDecoder_WhoseWeightsStayAsTheyAre()
    {
        using var scope = NewDisposeScope();
        using var decoder = TinyLlamas.Create(TinyLlamas.Grouped);
        using var memory = Create(null, slots: 2);
        Freeze(decoder);
        var before = decoder.parameters().Select(Numeric.Values).ToArray();
        using var optimizer = new AdamW([.. memory.parameters(), .. decoder.parameters()], weightDecay: 0);
        var ids = TinyLlamas.Ids(TinyLlamas.Grouped, 2, 6);

        for (var step = 0; step < 3; step++)
        {
            optimizer.ClearGradients();
            decoder.Hidden(ids, memory.call(ones(2, LatentSize))).abs().sum().backward();
            Assert.All(memory.parameters(), p => Assert.True(p.grad!.abs().sum().item<float>() > 0));
            optimizer.Step(0.01);
        }

        Assert.All(decoder.parameters(), p => Assert.Null(p.grad));
        Assert.Equal(before, decoder.parameters().Select(Numeric.Values));
    }

    [Theory]
    [InlineData("grouped")]
    [InlineData("llama3")]
    public void TheGradientOfTheDecoderInItsMemory_AgreesWithCentralDifferences(string kind)
    {
        using var scope = NewDisposeScope();
        var c = TinyLlamas.Of(kind);
        using var decoder = TinyLlamas.Create(c);
        decoder.to(float64);
        Freeze(decoder);
        var ids = TinyLlamas.Ids(c, 2, 4);
        var targets = TinyLlamas.Ids(c, 2, 4, seed: 8).view(-1);

        var error = Numeric.GradientError(
            memory =>
                nn.functional.cross_entropy(
                    decoder.Logits(decoder.Hidden(ids, memory)).view(-1, c.VocabularySize),
                    targets
                ),
            TinyLlamas.Memory(c, 2, 2)
        );

        Assert.InRange(error, 0, 1e-8);
    }

    [Fact]
    public void OneBatch_CanBeLearntByHeart_ThroughTheLatentAlone()
    {
        using var scope = NewDisposeScope();
        var c = TinyLlamas.Grouped;
        using var decoder = TinyLlamas.Create(c);
        using var memory = Create(null, slots: 2);
        using var optimizer = new AdamW([.. memory.parameters(), .. decoder.parameters()], weightDecay: 0);
        var z = eye(4, LatentSize); // [B, D]
        var targets = TinyLlamas.Ids(c, 4, 6);
        var inputs = cat([ones(4, 1, int64), targets.narrow(1, 0, 5)], 1); // [B, T]
        var loss = double.NaN;

        for (var step = 0; step < 150; step++)
        {
            using var inner = NewDisposeScope();
            optimizer.ClearGradients();
            var logits = decoder.Logits(decoder.Hidden(inputs, memory.call(z))); // [B, T, V]
            var nats = nn.functional.cross_entropy(logits.view(-1, c.VocabularySize), targets.view(-1));
            nats.backward();
            optimizer.Step(0.02);
            loss = nats.item<float>();
        }

        Assert.InRange(loss, 0, 0.05);
    }

    private static void Freeze(LlamaDecoder decoder)
    {
        foreach (var parameter in decoder.parameters())
        {
            parameter.requires_grad = false;
        }
    }

    private static LatentMemory Create(int? hiddenSize, int slots)
    {
        using var generator = new Generator(7);
        var shape = new MemoryShape(Layers: 2, KeyValueHeads: 2, HeadSize: 4);
        return new LatentMemory(LatentSize, shape, slots, hiddenSize, Initializer.From(generator));
    }
}
