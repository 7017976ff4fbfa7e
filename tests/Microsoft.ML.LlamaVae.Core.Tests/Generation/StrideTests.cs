using Microsoft.ML.LlamaVae.Decoder;
using Microsoft.ML.LlamaVae.Generation;
using Microsoft.ML.LlamaVae.Tests.Decoder;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Tests.Generation;

/// <summary>Several steps between two looks at the tokens, as on a GPU, with the CPU in its place.</summary>
public sealed class StrideTests
{
    private const int Stride = 8;

    public static TheoryData<GenerationOptions> Strategies =>
        new(
            new GenerationOptions { MaxTokens = 21 },
            new GenerationOptions { MaxTokens = 21, RepetitionPenalty = 1.5 },
            new GenerationOptions
            {
                MaxTokens = 21,
                Temperature = 1.3,
                TopK = 12,
                TopP = 0.9,
                RepetitionPenalty = 1.2,
            }
        );

    [Fact]
    public void TheTokens_AreLookedAtOnceInEightSteps()
    {
        // The second text ends at once; that is seen, and its place given up, after 8 steps only.
        using var decoder = new ScriptedDecoder(
            [.. Enumerable.Repeat(5, 12), 2],
            [2],
            [.. Enumerable.Repeat(6, 3), 2],
            [2]
        );
        using var scope = NewDisposeScope();
        using var memory = ScriptedDecoder.Memory(4);

        var texts = Generate(decoder, memory, new GenerationOptions { MaxTokens = 50 }, Stride, places: 4);

        Assert.Equal([12, 0, 3, 0], texts.Select(text => text.Length));
        Assert.Equal([.. Enumerable.Repeat(4, Stride), .. Enumerable.Repeat(1, Stride)], decoder.Batches);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(8, 8)]
    [InlineData(13, 13)]
    public void TheLastLook_DoesNotOverrunTheLimit(int maxTokens, int steps)
    {
        using var decoder = new ScriptedDecoder([5]);
        using var scope = NewDisposeScope();
        using var memory = ScriptedDecoder.Memory(1);

        var texts = Generate(decoder, memory, new GenerationOptions { MaxTokens = maxTokens }, Stride, places: 1);

        Assert.Equal(maxTokens, Assert.Single(texts).Length);
        Assert.Equal(steps, decoder.Batches.Count);
    }

    [Theory]
    [MemberData(nameof(Strategies), DisableDiscoveryEnumeration = true)]
    public void TheTexts_DontDependOnHowOftenTheyAreLookedAt(GenerationOptions options)
    {
        using var scope = NewDisposeScope();
        foreach (var packs in new[] { true, false })
        {
            using var generator = new Generator(1);
            using var decoder = LlamaDecoder.Create(TinyLlamas.Grouped, generator, packs);
            var memory = TinyLlamas.Memory(TinyLlamas.Grouped, 16, 2);

            var expected = Generate(decoder, memory, options, stride: 1, places: 16);

            Assert.True(
                expected.Select(text => text.Length).Distinct().Count() > 2,
                "Texts should end here and there."
            );
            foreach (var places in new[] { 1, 5, 16 })
            {
                Assert.Equal(expected, Generate(decoder, memory, options, Stride, places));
            }
        }
    }

    private static IReadOnlyList<int[]> Generate(
        IMemoryDecoder decoder,
        Tensor memory,
        GenerationOptions options,
        int stride,
        int places
    ) =>
        new TextGenerator(decoder, options, 1, [2, 3], CPU, stride).Generate(
            (first, count) => memory.narrow(0, first, count),
            [.. Enumerable.Range(100, (int)memory.size(0))],
            places
        );
}
