using Microsoft.ML.LlamaVae.Checkpoints;
using Microsoft.ML.LlamaVae.Decoder;
using Microsoft.ML.LlamaVae.Generation;
using TorchSharp;
using static Microsoft.ML.LlamaVae.Layers.Numbers;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Tests.Decoder;

public sealed class PackedLlamaTests
{
    private const double Tolerance = 1e-4;
    private static readonly LlamaConfiguration s_grouped = TinyLlamas.Grouped;

    public static TheoryData<string> Kinds => TinyLlamas.Kinds;

    public static TheoryData<string> Checkpoints => ReferenceCheckpoints.Of("llama");

    [Theory]
    [MemberData(nameof(Kinds))]
    public void EveryStep_AgreesWithTeacherForcing(string kind)
    {
        using var scope = NewDisposeScope();
        using var ungraded = no_grad();
        var configuration = TinyLlamas.Of(kind);
        using var decoder = TinyLlamas.Create(configuration);
        foreach (var batch in new[] { 1, 3 })
        {
            var ids = TinyLlamas.Ids(configuration, batch, 9);
            var memory = TinyLlamas.Memory(configuration, batch, 2);
            var expected = decoder.Logits(decoder.Hidden(ids, memory)); // [B, T, V]
            using var state = Assert.IsType<PackedState>(decoder.Start(memory, batch, 9));

            var prompt = decoder.Advance(ids.narrow(1, 0, 4), state);

            Assert.InRange(TinyLlamas.Difference(expected.select(1, 3), prompt), 0, Tolerance);
            for (var t = 4; t < 9; t++)
            {
                var logits = decoder.Advance(ids.narrow(1, t, 1), state);
                Assert.InRange(TinyLlamas.Difference(expected.select(1, t), logits), 0, Tolerance);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void AText_HasTheSameBits_WhateverIsBesideItAndHoweverItIsCut(string kind)
    {
        using var scope = NewDisposeScope();
        using var ungraded = no_grad();
        var configuration = TinyLlamas.Of(kind);
        using var decoder = TinyLlamas.Create(configuration);
        var ids = TinyLlamas.Ids(configuration, 15, 20);
        var memory = TinyLlamas.Memory(configuration, 15, 3);
        using var together = decoder.Start(memory, 15, 20);
        decoder.Advance(ids.narrow(1, 0, 13), together);
        decoder.Advance(ids.narrow(1, 13, 6), together);

        var logits = decoder.Advance(ids.narrow(1, 19, 1), together);

        for (var row = 0; row < 15; row++)
        {
            using var alone = decoder.Start(memory.narrow(0, row, 1), 1, 20);
            var whole = decoder.Advance(ids.narrow(0, row, 1), alone); // [1, V]
            Assert.Equal(whole[0].data<float>().ToArray(), logits[row].data<float>().ToArray());
        }
    }

    [Fact]
    public void ALongPrompt_IsReadInPieces()
    {
        using var scope = NewDisposeScope();
        using var ungraded = no_grad();
        var configuration = s_grouped with { MaxPositions = 1024 };
        using var decoder = TinyLlamas.Create(configuration);
        var ids = TinyLlamas.Ids(configuration, 2, 500);
        using var state = decoder.Start(null, 2, 500);

        var logits = decoder.Advance(ids, state);

        Assert.Equal(500, state.Length);
        var expected = decoder.Logits(decoder.Hidden(ids, null)).select(1, -1); // [B, V]
        Assert.InRange(TinyLlamas.Difference(expected, logits), 0, Tolerance);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(23)]
    public void AnIdOutsideTheVocabulary_IsNamed(long id)
    {
        using var decoder = TinyLlamas.Create(s_grouped);
        using var state = decoder.Start(null, 1, 1);
        using var ids = tensor([id], [1, 1]);

        var error = Assert.Throws<ArgumentOutOfRangeException>(() => decoder.Advance(ids, state));

        Assert.StartsWith("A token id of this decoder is in [0, 23).", error.Message, StringComparison.Ordinal);
        Assert.Equal(id, error.ActualValue);
    }

    [Theory]
    [MemberData(nameof(Checkpoints))]
    public void GreedyTokens_AreThoseOfThePlainPath(string folder)
    {
        using var scope = NewDisposeScope();
        using var ungraded = no_grad();
        using var decoder = LlamaDecoder.Load(folder);
        const int batch = 5;
        var memory = TinyLlamas.Memory(decoder.Configuration, batch, 2).mul(Number(0.3));
        var options = new GenerationOptions { MaxTokens = 24 };

        var said = new TextGenerator(decoder, options, 1, [], CPU).Generate(
            (first, count) => memory.narrow(0, first, count),
            new int[batch]
        );

        var plain = tensor(said.SelectMany(row => row.SkipLast(1).Prepend(1)).Select(id => (long)id).ToArray());
        var logits = decoder.Logits(decoder.Hidden(plain.view(batch, -1), memory)); // [B, T, V]
        Assert.Equal(said.SelectMany(row => row).Select(id => (long)id), logits.argmax(-1).flatten().data<long>());
    }

    [Fact]
    public void ARowThatStartsAnew_IsAsAlone_AndTheOthersGoOn()
    {
        using var scope = NewDisposeScope();
        using var ungraded = no_grad();
        using var decoder = TinyLlamas.Create(s_grouped);
        var ids = TinyLlamas.Ids(s_grouped, 3, 8);
        var memory = TinyLlamas.Memory(s_grouped, 3, 2);
        var other = TinyLlamas.Memory(s_grouped, 1, 2, seed: 12);
        var going = decoder.Logits(decoder.Hidden(ids, memory)); // [B, T, V]
        var anew = decoder.Logits(decoder.Hidden(ids.narrow(0, 1, 1).narrow(1, 5, 3), other)); // [1, 3, V]
        using var state = decoder.Start(memory, 3, 8);
        decoder.Advance(ids.narrow(1, 0, 5), state);

        state.Restart([1], other);

        for (var t = 5; t < 8; t++)
        {
            var logits = decoder.Advance(ids.narrow(1, t, 1), state); // [B, V]
            Assert.InRange(TinyLlamas.Difference(going[0, t], logits[0]), 0, Tolerance);
            Assert.InRange(TinyLlamas.Difference(anew[0, t - 5], logits[1]), 0, Tolerance);
            Assert.InRange(TinyLlamas.Difference(going[2, t], logits[2]), 0, Tolerance);
        }
    }

    [Fact]
    public void RowsThatStay_KeepTheirOwnLengths()
    {
        using var scope = NewDisposeScope();
        using var ungraded = no_grad();
        using var decoder = TinyLlamas.Create(s_grouped);
        var ids = TinyLlamas.Ids(s_grouped, 3, 6);
        using var state = decoder.Start(null, 3, 6);
        decoder.Advance(ids.narrow(1, 0, 3), state);
        state.Restart([2], null);
        decoder.Advance(ids.narrow(1, 3, 1), state);

        state.Keep([2, 0]);
        var logits = decoder.Advance(stack([ids[2].narrow(0, 4, 1), ids[0].narrow(0, 4, 1)]), state);

        var anew = decoder.Logits(decoder.Hidden(ids.narrow(0, 2, 1).narrow(1, 3, 2), null)); // [1, 2, V]
        var going = decoder.Logits(decoder.Hidden(ids.narrow(0, 0, 1).narrow(1, 0, 5), null)); // [1, 5, V]
        Assert.InRange(TinyLlamas.Difference(anew[0, 1], logits[0]), 0, Tolerance);
        Assert.InRange(TinyLlamas.Difference(going[0, 4], logits[1]), 0, Tolerance);
    }

    [Theory]
    [InlineData("in place")]
    [InlineData("one number")]
    [InlineData("from a file")]
    public void AChangedWeight_IsPackedAgain(string change)
    {
        using var scope = NewDisposeScope();
        using var ungraded = no_grad();
        using var folder = new TemporaryFolder();
        foreach (var name in TinyLlamas.Create(s_grouped).state_dict().Keys)
        {
            using var decoder = TinyLlamas.Create(s_grouped);
            var ids = TinyLlamas.Ids(s_grouped, 2, 1);
            using var before = decoder.Start(null, 2, 1);
            decoder.Advance(ids, before);
            var weight = decoder.state_dict()[name];
            switch (change)
            {
                case "in place":
                    weight.mul_(Number(1.5));
                    break;
                case "one number":
                    weight.view(-1)[7].add_(Number(3.0), Number(1));
                    break;
                default:
                    SafetensorsWriter.WriteFile(folder["w"], [("w", weight.mul(Number(1.5)))]);
                    using (var file = SafetensorsFile.Open(folder["w"]))
                    {
                        file.LoadInto("w", weight);
                    }

                    break;
            }

            using var after = decoder.Start(null, 2, 1);
            var logits = decoder.Advance(ids, after);

            var expected = decoder.Logits(decoder.Hidden(ids, null)).select(1, 0); // [B, V]
            Assert.InRange(TinyLlamas.Difference(expected, logits), 0, Tolerance);
        }
    }

    [Fact]
    public void AStateThatWasStarted_OutlivesTheWeightsItWasPackedFrom()
    {
        using var scope = NewDisposeScope();
        using var ungraded = no_grad();
        using var decoder = TinyLlamas.Create(s_grouped);
        var ids = TinyLlamas.Ids(s_grouped, 2, 1);
        using var before = decoder.Start(null, 2, 2);
        decoder.PartParameters(DecoderPart.Layers).First(weight => weight.dim() == 2).mul_(Number(2));
        using var after = decoder.Start(null, 2, 2);

        Assert.NotSame(((PackedState)before).Model, ((PackedState)after).Model);
        Assert.True(decoder.Advance(ids, before).isfinite().all().item<bool>());
    }

    [Fact]
    public void OtherTypes_TakeThePlainPath()
    {
        using var decoder = TinyLlamas.Create(s_grouped);
        decoder.to(float64);

        using var state = decoder.Start(null, 1, 1);

        Assert.IsType<LlamaState>(state);
    }

    [Fact]
    public void AThousandSteps_LeaveNoTensorBehind()
    {
        using var decoder = TinyLlamas.Create(s_grouped with { MaxPositions = 1200 });
        using var ids = TinyLlamas.Ids(s_grouped, 2, 1);
        using var state = decoder.Start(null, 2, 1001);
        decoder.Advance(ids, state).Dispose();
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;

        for (var i = 0; i < 1000; i++)
        {
            decoder.Advance(ids, state).Dispose();
        }

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void AStep_AllocatesNoMoreAsTheTextGrows()
    {
        using var decoder = TinyLlamas.Create(s_grouped with { MaxPositions = 600 });
        using var ids = TinyLlamas.Ids(s_grouped, 2, 1);
        using var state = decoder.Start(null, 2, 501);
        decoder.Advance(ids, state).Dispose();

        var first = Allocated(50);
        Allocated(400);
        var last = Allocated(50);

        Assert.InRange(last, 0, first + 1024);
        Assert.InRange(first / 50, 0, 32 << 10);

        long Allocated(int steps)
        {
            var start = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < steps; i++)
            {
                decoder.Advance(ids, state).Dispose();
            }

            return GC.GetAllocatedBytesForCurrentThread() - start;
        }
    }
}
