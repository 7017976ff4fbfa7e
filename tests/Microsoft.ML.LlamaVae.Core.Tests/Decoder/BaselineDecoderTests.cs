using Microsoft.ML.LlamaVae.Decoder;
using TorchSharp;
using static Microsoft.ML.LlamaVae.Layers.Numbers;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Tests.Decoder;

/// <summary>What every decoder promises, held against GPT-2 and the LSTM.</summary>
public sealed class BaselineDecoderTests
{
    private const double Tolerance = 1e-5;

    public static TheoryData<string> Kinds => BaselineDecoders.Kinds;

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Logits_AgreeWithTheTextbook_WithAndWithoutMemory(string kind)
    {
        using var scope = NewDisposeScope();
        using var ungraded = no_grad();
        using var decoder = BaselineDecoders.Create(kind);
        Func<long[], Tensor?, double[][]> textbook = decoder switch
        {
            Gpt2Decoder gpt2 => new TextbookGpt2(gpt2).Logits,
            _ => new TextbookLstm((LstmDecoder)decoder).Logits,
        };
        var ids = BaselineDecoders.Ids(2, 9);
        foreach (var slots in new[] { 0, 1, 3 })
        {
            var memory = slots == 0 ? null : BaselineDecoders.Memory(decoder, 2, slots);

            var logits = decoder.Logits(decoder.Hidden(ids, memory)); // [B, T, V]

            for (var b = 0; b < 2; b++)
            {
                var expected = textbook(ids[b].data<long>().ToArray(), memory?[b]).SelectMany(row => row).ToArray();
                Assert.InRange(TinyLlamas.Difference(tensor(expected), logits[b].reshape(-1)), 0, Tolerance);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Advance_AfterAMemory_GivesTheLogitsOfTeacherForcing(string kind)
    {
        using var scope = NewDisposeScope();
        using var ungraded = no_grad();
        using var decoder = BaselineDecoders.Create(kind);
        var ids = BaselineDecoders.Ids(3, 10);
        var memory = BaselineDecoders.Memory(decoder, 3, 2);
        var expected = decoder.Logits(decoder.Hidden(ids, memory)); // [B, T, V]
        using var state = decoder.Start(memory, 3, 10);

        // Three tokens at once, then one by one; the first row leaves after six and the others change places.
        for (var t = 2; t < 6; t++)
        {
            var next = t == 2 ? ids.narrow(1, 0, 3) : ids.narrow(1, t, 1);
            Assert.InRange(TinyLlamas.Difference(expected.select(1, t), decoder.Advance(next, state)), 0, Tolerance);
            Assert.Equal(t + 1, state.Length);
        }

        state.Keep([2, 1]);
        Assert.Equal(2, state.Batch);
        var rest = ids.index_select(0, tensor(new long[] { 2, 1 }));
        for (var t = 6; t < 10; t++)
        {
            var logits = decoder.Advance(rest.narrow(1, t, 1), state); // [2, V]
            Assert.InRange(TinyLlamas.Difference(expected[2].select(0, t), logits[0]), 0, Tolerance);
            Assert.InRange(TinyLlamas.Difference(expected[1].select(0, t), logits[1]), 0, Tolerance);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Hidden_OfARow_DependsNeitherOnItsBatchNorOnItsPadding(string kind)
    {
        using var scope = NewDisposeScope();
        using var ungraded = no_grad();
        using var decoder = BaselineDecoders.Create(kind);
        var ids = BaselineDecoders.Ids(4, 12);
        var memory = BaselineDecoders.Memory(decoder, 4, 2);
        var other = ids.clone();
        other.narrow(1, 7, 5).fill_(Number(0));

        var together = decoder.Hidden(ids, memory); // [B, T, H]
        var alone = decoder.Hidden(ids.narrow(0, 1, 1).narrow(1, 0, 7), memory.narrow(0, 1, 1)); // [1, 7, H]

        Assert.InRange(TinyLlamas.Difference(together.narrow(0, 1, 1).narrow(1, 0, 7), alone), 0, Tolerance);
        Assert.InRange(
            TinyLlamas.Difference(together.narrow(1, 0, 7), decoder.Hidden(other, memory).narrow(1, 0, 7)),
            0,
            Tolerance
        );
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void EveryNumberOfTheMemory_AndEveryParameter_HasTheGradientOfCentralDifferences(string kind)
    {
        using var scope = NewDisposeScope();
        using var decoder = BaselineDecoders.Create(kind);
        decoder.Weights.to(float64);
        var ids = BaselineDecoders.Ids(1, 4);
        var memory = BaselineDecoders.Memory(decoder, 1, 2).to(float64);
        Tensor Scalar(Tensor m) => (Number(0.1) * decoder.Logits(decoder.Hidden(ids, m))).exp().sum();

        Assert.InRange(Numeric.GradientError(Scalar, memory), 0, 1e-6);

        decoder.Weights.zero_grad();
        Scalar(memory).backward();
        Assert.All(
            decoder.Weights.named_parameters(),
            p => Assert.True(p.parameter.grad?.abs().max().item<double>() > 0, p.name)
        );
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Parts_AreAllParametersOnce(string kind)
    {
        using var decoder = BaselineDecoders.Create(kind);

        var layers = decoder.PartParameters(DecoderPart.Layers).Select(p => p.Handle).ToArray();
        var embeddings = decoder.PartParameters(DecoderPart.Embeddings).Select(p => p.Handle).ToArray();

        Assert.NotEmpty(layers);
        Assert.NotEmpty(embeddings);
        Assert.Equal(decoder.Weights.parameters().Select(p => p.Handle).Order(), layers.Concat(embeddings).Order());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void ForcingAndGeneration_LeaveNoTensorBehind(string kind)
    {
        using var decoder = BaselineDecoders.Create(kind);
        using var ids = BaselineDecoders.Ids(3, 4);
        using var one = BaselineDecoders.Ids(2, 1);
        using var memory = BaselineDecoders.Memory(decoder, 3, 2).requires_grad_();
        void Call()
        {
            using var hidden = decoder.Hidden(ids, memory);
            using var logits = decoder.Logits(hidden);
            using var loss = logits.sum();
            loss.backward();
            using var state = decoder.Start(memory, 3, 6);
            using var first = decoder.Advance(ids, state);
            state.Keep([2, 0]);
            using var second = decoder.Advance(one, state);
        }

        Call();
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        for (var i = 0; i < 50; i++)
        {
            Call();
        }

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void AStrangeMemoryOrState_IsRefused(string kind)
    {
        using var scope = NewDisposeScope();
        using var decoder = BaselineDecoders.Create(kind);
        using var llama = TinyLlamas.Create(TinyLlamas.Grouped);
        using var strange = llama.Start(null, 2, 3);
        using var state = decoder.Start(null, 2, 3);
        var ids = BaselineDecoders.Ids(3, 2);

        var error = Assert.Throws<ArgumentException>(() => decoder.Hidden(ids, BaselineDecoders.Memory(decoder, 2, 1)));
        Assert.StartsWith("The memory must be [3, ", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => decoder.Advance(ids, strange));
        Assert.Throws<ArgumentException>(() => decoder.Advance(ids, state));
    }

    [Fact]
    public void Gpt2_BeyondItsPositions_IsRefused_MemoryCounted()
    {
        using var scope = NewDisposeScope();
        using var decoder = BaselineDecoders.Create(BaselineDecoders.Gpt2 with { MaxPositions = 8 });
        var memory = BaselineDecoders.Memory(decoder, 1, 2);
        using var fits = decoder.Hidden(BaselineDecoders.Ids(1, 6), memory);

        var error = Assert.Throws<ArgumentOutOfRangeException>(() =>
            decoder.Hidden(BaselineDecoders.Ids(1, 7), memory)
        );

        Assert.StartsWith(
            "2 memory slots and 7 tokens exceed the decoder's 8 positions",
            error.Message,
            StringComparison.Ordinal
        );
        Assert.Throws<ArgumentOutOfRangeException>(() => decoder.Start(memory, 1, 7));
    }
}
