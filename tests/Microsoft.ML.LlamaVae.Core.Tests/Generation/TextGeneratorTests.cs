using Microsoft.ML.LlamaVae.Decoder;
using Microsoft.ML.LlamaVae.Generation;
using Microsoft.ML.LlamaVae.Tests.Decoder;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Tests.Generation;

public sealed class TextGeneratorTests
{
    private const int Start = 1;
    private static readonly LlamaConfiguration s_configuration = TinyLlamas.Grouped;

    public static TheoryData<GenerationOptions> Strategies =>
        new(
            new GenerationOptions { MaxTokens = 24 },
            new GenerationOptions { MaxTokens = 24, RepetitionPenalty = 1.5 },
            new GenerationOptions { MaxTokens = 24, Temperature = 1 },
            new GenerationOptions
            {
                MaxTokens = 24,
                Temperature = 1.3,
                TopK = 12,
                TopP = 0.9,
                RepetitionPenalty = 1.2,
            }
        );

    [Fact]
    public void ARow_StopsAtItsEnd_AndTheOthersGoOn()
    {
        using var decoder = new ScriptedDecoder([3, 4, 2, 9], [2, 9, 9, 9], [5, 5, 5, 5], [6, 7, 8, 2]);

        var texts = Scripted(decoder, 4, new GenerationOptions { MaxTokens = 4 }, [2]);

        Assert.Equal(
            [
                [3, 4],
                [],
                [5, 5, 5, 5],
                [6, 7, 8],
            ],
            texts
        );
    }

    [Fact]
    public void AnyOfSeveralEnds_StopsARow()
    {
        using var decoder = new ScriptedDecoder([3, 2], [4, 7], [5, 5, 5, 7]);

        Assert.Equal(
            [
                [3],
                [4],
                [5, 5, 5],
            ],
            Scripted(decoder, 3, new GenerationOptions { MaxTokens = 9 }, [2, 7])
        );
    }

    [Fact]
    public void FinishedRows_LeaveTheBatch_AndNothingIsComputedAfterTheLast()
    {
        using var decoder = new ScriptedDecoder([2], [3, 2], [4, 4, 2], [5, 5, 5, 2]);

        Scripted(decoder, 4, new GenerationOptions { MaxTokens = 50 }, [2]);

        Assert.Equal([4, 3, 2, 1], decoder.Batches);
        Assert.Equal(
            [
                [1, 1, 1, 1],
                [3, 4, 5],
                [4, 5],
                [5],
            ],
            decoder.Inputs
        );
    }

    [Fact]
    public void AFinishedTextsPlace_IsTakenByTheNext_WhereTheDecoderAllows()
    {
        int[][] script =
        [
            [4, 4, 4, 4, 2],
            [2],
            [5, 2],
            [6, 6, 6, 2],
            [7, 2],
            [8, 8, 8, 8, 8],
        ];
        var options = new GenerationOptions { MaxTokens = 5 };
        using var continuous = new ScriptedDecoder(script) { CanRestart = true };
        using var inTurn = new ScriptedDecoder(script);

        var texts = Scripted(continuous, 6, options, [2], places: 2);

        Assert.Equal(script.Select(row => row.Where(token => token != 2)), texts);
        Assert.Equal(texts, Scripted(inTurn, 6, options, [2], places: 2));
        // 0: 44442 72--- and 1: 2 52 6662 then 88888: nobody waits for the longest of a batch.
        Assert.Equal([2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1], continuous.Batches);
        Assert.Equal(19, continuous.Batches.Sum());
    }

    [Fact]
    public void Places_ThatNobodyTakes_DontOutgrowTheState()
    {
        using var scope = NewDisposeScope();
        using var decoder = TinyLlamas.Create(s_configuration);
        var memory = TinyLlamas.Memory(s_configuration, 21, 2);
        var options = new GenerationOptions { MaxTokens = 9, RepetitionPenalty = 1.3 };
        int[] seeds = [.. Enumerable.Range(0, 21)];

        var alone = seeds.Select(i => Generate(decoder, memory.narrow(0, i, 1), options, [i])[0]);

        Assert.Equal(alone, Generate(decoder, memory, options, seeds, places: 8));
    }

    [Theory]
    [InlineData(1, 100, 1)]
    [InlineData(7, 100, 7)]
    [InlineData(7, 2, 0)]
    [InlineData(50, 10, 8)]
    public void ATextWithoutEnd_StopsAtTheLimit_OrWhereThePositionsEnd(int maxTokens, int positions, int expected)
    {
        using var decoder = new ScriptedDecoder([5]) { MaxPositions = positions };

        var text = Assert.Single(Scripted(decoder, 1, new GenerationOptions { MaxTokens = maxTokens }, [2]));

        Assert.Equal(Enumerable.Repeat(5, expected), text);
    }

    [Theory]
    [MemberData(nameof(Strategies), DisableDiscoveryEnumeration = true)]
    public void ARow_IsTheSame_AloneAndInEveryBatch(GenerationOptions options)
    {
        using var scope = NewDisposeScope();
        using var decoder = TinyLlamas.Create(s_configuration);
        var memory = TinyLlamas.Memory(s_configuration, 16, 2);
        int[] seeds = [.. Enumerable.Range(100, 16)];
        var together = Generate(decoder, memory, options, seeds);

        Assert.True(together.Select(row => row.Length).Distinct().Count() > 2, "Rows should end at several places.");
        foreach (var size in new[] { 1, 3, 8 })
        {
            for (var first = 0; first < 16; first += size)
            {
                var count = Math.Min(size, 16 - first);
                var part = Generate(decoder, memory.narrow(0, first, count), options, seeds[first..(first + count)]);
                Assert.Equal(together.Skip(first).Take(count), part);
            }
        }
    }

    [Fact]
    public void Draws_ComeBackWithTheSeed_AndChangeWithIt()
    {
        using var scope = NewDisposeScope();
        using var decoder = TinyLlamas.Create(s_configuration);
        var memory = TinyLlamas.Memory(s_configuration, 4, 2);
        var options = new GenerationOptions { MaxTokens = 20, Temperature = 1 };

        var first = Generate(decoder, memory, options, [1, 2, 3, 4]);

        Assert.Equal(first, Generate(decoder, memory, options, [1, 2, 3, 4]));
        Assert.NotEqual(first, Generate(decoder, memory, options, [5, 6, 7, 8]));
    }

    [Theory]
    [MemberData(nameof(Strategies), DisableDiscoveryEnumeration = true)]
    public void Text_IsWhatTeacherForcingOnItWouldChoose(GenerationOptions options)
    {
        using var scope = NewDisposeScope();
        using var ungraded = no_grad();
        using var decoder = TinyLlamas.Create(s_configuration);
        var memory = TinyLlamas.Memory(s_configuration, 1, 3, seed: 11);
        var said = Assert.Single(Generate(decoder, memory, options, [9], ends: []));
        var inputs = tensor([Start, .. said.SkipLast(1).Select(token => (long)token)], [1, said.Length]);
        var logits = decoder.Logits(decoder.Hidden(inputs, memory)); // [1, T, V]
        var random = new Random(9);

        Assert.Equal(24, said.Length);
        for (var t = 0; t < said.Length; t++)
        {
            var before = t == 0 ? null : inputs.narrow(1, 1, t);
            double[] uniforms = options.Temperature > 0 ? [random.NextDouble()] : [];
            Assert.Equal(said[t], Sampling.Choose(logits.select(1, t), before, options, uniforms).item<long>());
        }
    }

    [Fact]
    public void WithoutMemory_ThePlainLanguageModelSpeaks()
    {
        using var scope = NewDisposeScope();
        using var decoder = TinyLlamas.Create(s_configuration);

        var texts = Generate(decoder, null, new GenerationOptions { MaxTokens = 5 }, [1, 2], ends: []);

        Assert.Equal(5, texts[0].Length);
        Assert.Equal(texts[0], texts[1]);
    }

    [Fact]
    public void Cancellation_StopsBetweenTwoTokens()
    {
        using var source = new CancellationTokenSource();
        using var decoder = new ScriptedDecoder([5]);
        source.Cancel();

        Assert.Throws<OperationCanceledException>(() =>
            new TextGenerator(decoder, new GenerationOptions(), Start, [2], CPU).Generate(
                (_, _) => null,
                [1],
                cancellationToken: source.Token
            )
        );
        Assert.Empty(decoder.Batches);
    }

    [Fact]
    public void Generation_LeavesNoTensorBehind()
    {
        using var decoder = TinyLlamas.Create(s_configuration);
        using var memory = TinyLlamas.Memory(s_configuration, 6, 2);
        var options = new GenerationOptions
        {
            MaxTokens = 8,
            Temperature = 1,
            TopK = 5,
            RepetitionPenalty = 1.2,
        };
        Generate(decoder, memory, options, [1, 2, 3, 4, 5, 6]);
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;

        for (var i = 0; i < 100; i++)
        {
            Generate(decoder, memory, options, [i, i + 1, i + 2, i + 3, i + 4, i + 5]);
        }

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    private static IReadOnlyList<int[]> Scripted(
        ScriptedDecoder decoder,
        int rows,
        GenerationOptions options,
        int[] ends,
        int places = 32
    )
    {
        using var scope = NewDisposeScope();
        var memory = ScriptedDecoder.Memory(rows);
        return Generate(decoder, memory, options, new int[rows], ends, places);
    }

    private static IReadOnlyList<int[]> Generate(
        IMemoryDecoder decoder,
        Tensor? memory,
        GenerationOptions options,
        int[] seeds,
        int[]? ends = null,
        int places = 32
    ) =>
        new TextGenerator(decoder, options, Start, ends ?? [2, 3], CPU).Generate(
            (first, count) => memory?.narrow(0, first, count),
            seeds,
            places
        );
}
