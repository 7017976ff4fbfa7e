using Microsoft.ML.LlamaVae.Decoder;
using Microsoft.ML.LlamaVae.Generation;
using TorchSharp;
using static Microsoft.ML.LlamaVae.Layers.Numbers;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Tests.Decoder;

/// <summary>Generation by libtorch's operators over a cache: what a GPU runs, and what the packed path must agree with.</summary>
public sealed class PlainPathTests
{
    private const double Tolerance = 1e-4;
    private const int Batch = 7;

    public static TheoryData<string> Kinds => TinyLlamas.Kinds;

    public static TheoryData<string> Checkpoints => ReferenceCheckpoints.Of("llama");

    [Theory]
    [MemberData(nameof(Kinds))]
    public void EveryStep_AgreesWithTeacherForcing_AndRowsMayLeave(string kind)
    {
        using var scope = NewDisposeScope();
        using var ungraded = no_grad();
        var c = TinyLlamas.Of(kind);
        using var packing = TinyLlamas.Create(c);
        using var decoder = Plain(packing);
        var ids = TinyLlamas.Ids(c, 3, 9);
        var memory = TinyLlamas.Memory(c, 3, 2);
        var expected = decoder.Logits(decoder.Hidden(ids, memory)); // [B, T, V]
        using var state = Assert.IsType<LlamaState>(decoder.Start(memory, 3, 9));

        Near(expected.select(1, 2), decoder.Advance(ids.narrow(1, 0, 3), state));
        Near(expected.select(1, 3), decoder.Advance(ids.narrow(1, 3, 1), state));
        state.Keep([2, 0]);
        var rows = tensor([2L, 0L]);
        for (var t = 4; t < 9; t++)
        {
            var logits = decoder.Advance(ids.narrow(1, t, 1).index_select(0, rows), state); // [2, V]
            Near(expected.select(1, t).index_select(0, rows), logits);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void BFloat16_SaysWhatItsOwnTeacherForcingSays(string kind)
    {
        using var scope = NewDisposeScope();
        using var ungraded = no_grad();
        var c = TinyLlamas.Of(kind);
        using var decoder = TinyLlamas.Create(c);
        decoder.to(bfloat16);
        var ids = TinyLlamas.Ids(c, 2, 6);
        var memory = TinyLlamas.Memory(c, 2, 2); // stays float32, as the memory's own weights do
        var expected = decoder.Logits(decoder.Hidden(ids, memory)); // [B, T, V]
        using var state = Assert.IsType<LlamaState>(decoder.Start(memory, 2, 6));

        for (var t = 0; t < 6; t++)
        {
            var logits = decoder.Advance(ids.narrow(1, t, 1), state); // [B, V]
            var largest = expected.abs().max().to(float32).item<float>();
            Assert.InRange(TinyLlamas.Difference(expected.select(1, t), logits), 0, 0.03 * largest);
        }
    }

    [Theory]
    [MemberData(nameof(Checkpoints))]
    public void GreedyTexts_AreTheSame_PlainAndPacked_AloneAndInContinuousBatches(string folder)
    {
        using var scope = NewDisposeScope();
        using var packed = LlamaDecoder.Load(folder);
        using var plain = Plain(packed);
        var memory = Memory(packed);
        var all = Say(plain, memory, [], places: Batch);
        // A token that comes at different places of the texts, so that they end one after the other.
        var end = all.SelectMany(text => text.Skip(1)).CountBy(token => token).MaxBy(pair => pair.Value).Key;
        var expected = Say(plain, memory, [end], places: 1);

        Assert.Equal(all, Say(packed, memory, [], places: Batch));
        Assert.True(expected.Select(text => text.Length).Distinct().Count() > 1, "Texts should end at several places.");
        foreach (var places in new[] { 1, 2, 3, Batch })
        {
            Assert.Equal(expected, Say(plain, memory, [end], places));
            Assert.Equal(expected, Say(packed, memory, [end], places));
        }
    }

    [Theory]
    [MemberData(nameof(Checkpoints))]
    public void LogLikelihoods_OfSteps_AreThoseOfTeacherForcing(string folder)
    {
        using var scope = NewDisposeScope();
        using var ungraded = no_grad();
        using var packed = LlamaDecoder.Load(folder);
        using var plain = Plain(packed);
        const int length = 20;
        var ids = TinyLlamas.Ids(packed.Configuration, Batch, length + 1);
        var (inputs, targets) = (ids.narrow(1, 0, length), ids.narrow(1, 1, length)); // [B, T] each
        var memory = Memory(packed);
        var forced = Sum(plain.Logits(plain.Hidden(inputs, memory)), targets); // [B]

        Assert.InRange(TinyLlamas.Difference(forced, Sum(Steps(plain, inputs, memory), targets)), 0, Tolerance);
        Assert.InRange(TinyLlamas.Difference(forced, Sum(Steps(packed, inputs, memory), targets)), 0, Tolerance);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void TheRealTokensAlone_GiveWhatThePaddedBatchGives(string kind)
    {
        using var scope = NewDisposeScope();
        using var ungraded = no_grad();
        var c = TinyLlamas.Of(kind);
        using var decoder = TinyLlamas.Create(c);
        var ids = TinyLlamas.Ids(c, 3, 5);
        var memory = TinyLlamas.Memory(c, 3, 2);
        var positions = tensor([0L, 1, 2, 3, 4, 5, 10, 11, 12]); // texts of 5, 1 and 3 tokens

        var hidden = decoder.HiddenAt(ids, memory, positions); // [N, H]

        Near(decoder.Hidden(ids, memory).view(15, -1).index_select(0, positions), hidden);
    }

    // The same weights without packing.
    private static LlamaDecoder Plain(LlamaDecoder decoder)
    {
        using var ungraded = no_grad();
        using var generator = new Generator(1);
        var plain = LlamaDecoder.Create(decoder.Configuration, generator, packs: false);
        var weights = decoder.state_dict();
        foreach (var (name, weight) in plain.state_dict())
        {
            weight.copy_(weights[name]);
        }

        return plain;
    }

    private static Tensor Memory(LlamaDecoder decoder) =>
        TinyLlamas.Memory(decoder.Configuration, Batch, 2).mul(Number(0.3));

    private static IReadOnlyList<int[]> Say(LlamaDecoder decoder, Tensor memory, int[] ends, int places) =>
        new TextGenerator(decoder, new GenerationOptions { MaxTokens = 24 }, 1, ends, CPU).Generate(
            (first, count) => memory.narrow(0, first, count),
            new int[Batch],
            places
        );

    // [B, T, V]
    private static Tensor Steps(LlamaDecoder decoder, Tensor inputs, Tensor memory)
    {
        using var state = decoder.Start(memory, Batch, (int)inputs.size(1));
        return stack(
            [.. Enumerable.Range(0, (int)inputs.size(1)).Select(t => decoder.Advance(inputs.narrow(1, t, 1), state))],
            1
        );
    }

    // log p of each text, in nats
    private static Tensor Sum(Tensor logits, Tensor targets) =>
        logits.to(float64).log_softmax(-1).gather(2, targets.unsqueeze(2)).sum([1, 2]);

    private static void Near(Tensor expected, Tensor actual) =>
        Assert.InRange(TinyLlamas.Difference(expected, actual), 0, Tolerance);
}
