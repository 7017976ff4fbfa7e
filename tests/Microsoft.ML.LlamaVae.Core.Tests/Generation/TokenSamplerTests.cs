using Microsoft.ML.LlamaVae.Generation;
using TorchSharp;
using static Microsoft.ML.LlamaVae.Layers.Numbers;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Tests.Generation;

/// <summary>The draws are made at evenly spaced numbers, so that the counts are the probabilities.</summary>
public sealed class TokenSamplerTests
{
    private const int Draws = 2000;
    private static readonly double[] s_probabilities = [0.05, 0.4, 0.1, 0.3, 0.15];

    [Fact]
    public void Greedy_TakesTheMostLikely() =>
        Assert.Equal([1L], Choose(new GenerationOptions(), said: null, draws: 1));

    [Fact]
    public void TemperatureOne_DrawsFromTheModelsOwnDistribution() =>
        AssertDrawn(new GenerationOptions { Temperature = 1 }, s_probabilities);

    [Theory]
    [InlineData(0.5)]
    [InlineData(2.0)]
    public void Temperature_RaisesProbabilitiesToItsInverse(double temperature) =>
        AssertDrawn(
            new GenerationOptions { Temperature = temperature },
            [.. s_probabilities.Select(p => Math.Pow(p, 1 / temperature))]
        );

    [Theory]
    [InlineData(1e-3)]
    [InlineData(1e-300)]
    public void TheSmallestTemperatures_AreGreedy(double temperature) =>
        AssertDrawn(new GenerationOptions { Temperature = temperature }, [0, 1, 0, 0, 0]);

    [Theory]
    [InlineData(1, new double[] { 0, 1, 0, 0, 0 })]
    [InlineData(3, new double[] { 0, 0.4, 0, 0.3, 0.15 })]
    [InlineData(9, new double[] { 0.05, 0.4, 0.1, 0.3, 0.15 })]
    public void TopK_DrawsFromTheKMostLikely(int topK, double[] expected) =>
        AssertDrawn(new GenerationOptions { Temperature = 1, TopK = topK }, expected);

    [Theory]
    [InlineData(0.01, new double[] { 0, 1, 0, 0, 0 })]
    [InlineData(0.39, new double[] { 0, 1, 0, 0, 0 })]
    [InlineData(0.41, new double[] { 0, 0.4, 0, 0.3, 0 })]
    [InlineData(0.84, new double[] { 0, 0.4, 0, 0.3, 0.15 })]
    [InlineData(0.99, new double[] { 0.05, 0.4, 0.1, 0.3, 0.15 })]
    public void TopP_DrawsFromTheShortestRunThatReachesIt(double topP, double[] expected) =>
        AssertDrawn(new GenerationOptions { Temperature = 1, TopP = topP }, expected);

    // 0.001: a few tokens have topP between them; 5: hardly any set has.
    [Theory]
    [InlineData(0.001)]
    [InlineData(0.5)]
    [InlineData(5)]
    public void TopP_OfALargeVocabulary_IsThatOfAllTokensSorted(double temperature)
    {
        using var scope = NewDisposeScope();
        const int vocabulary = 4000;
        using var generator = new Generator(1);
        var logits = empty(1, vocabulary).normal_(0, 1, generator); // [1, V]
        var probabilities = (logits.to(float64) / Number(temperature)).softmax(-1)[0].data<double>().ToArray();
        var order = Enumerable.Range(0, vocabulary).OrderByDescending(i => probabilities[i]).ToArray();
        const double topP = 0.8;
        var (run, mass) = (0, 0.0);
        while (mass < topP)
        {
            mass += probabilities[order[run++]];
        }

        foreach (var uniform in new[] { 0.0, 0.123, 0.5, 0.777, 0.99 })
        {
            var (place, sum) = (0, probabilities[order[0]]);
            while (sum <= uniform * mass)
            {
                sum += probabilities[order[++place]];
            }

            var options = new GenerationOptions { Temperature = temperature, TopP = topP };
            Assert.Equal(order[place], Sampling.Choose(logits, null, options, uniform).item<long>());
        }
    }

    [Fact]
    public void TopP_LooksAtWhatTopKAndTemperatureLeave() =>
        // Of 0.4 and 0.3, at temperature ½: 0.64 and 0.36; the first alone reaches 0.6.
        AssertDrawn(
            new GenerationOptions
            {
                Temperature = 0.5,
                TopK = 2,
                TopP = 0.6,
            },
            [0, 1, 0, 0, 0]
        );

    [Fact]
    public void RepetitionPenalty_DividesPositiveLogitsAndMultipliesNegativeOnes()
    {
        using var scope = NewDisposeScope();
        var logits = tensor([2f, 1.5f, -1f, -1.5f], [1, 4]);
        var options = new GenerationOptions { RepetitionPenalty = 2 };

        // 2 → 1 loses to 1.5.
        Assert.Equal(1, Sampling.Choose(logits, tensor([0L, 0L], [1, 2]), options).item<long>());
        // 1.5 → 0.75 and 2 → 1: 2 wins again.
        Assert.Equal(0, Sampling.Choose(logits, tensor([0L, 1L], [1, 2]), options).item<long>());
        // −1 → −2 loses to −1.5.
        var negative = tensor([-9f, -9f, -1f, -1.5f], [1, 4]);
        Assert.Equal(3, Sampling.Choose(negative, tensor([2L], [1, 1]), options).item<long>());
    }

    [Fact]
    public void RepetitionPenalty_IsOfEachRowsOwnText()
    {
        using var scope = NewDisposeScope();
        using var said = new SaidTokens(2, 3, penalty: 2, CPU);
        var logits = tensor([2f, 1.5f, 1f], [1, 3]).expand(2, -1);
        Assert.Equal([2f, 1.5f, 1f, 2f, 1.5f, 1f], Numeric.Values(said.Penalise(logits)));
        said.Add(tensor([0L, 1L], [2, 1]), [true, true]);
        Assert.Equal([1f, 1.5f, 1f, 2f, 0.75f, 1f], Numeric.Values(said.Penalise(logits)));

        said.Restart([0]);
        Assert.Equal([2f, 1.5f, 1f, 2f, 0.75f, 1f], Numeric.Values(said.Penalise(logits)));
        said.Add(tensor([2L, 0L], [2, 1]), [true, false]);
        Assert.Equal([2f, 1.5f, 0.5f, 1f, 0.75f, 1f], Numeric.Values(said.Penalise(logits)));

        said.Keep([1]);
        Assert.Equal([1f, 0.75f, 1f], Numeric.Values(said.Penalise(logits.narrow(0, 0, 1))));
    }

    [Fact]
    public void RepetitionPenalty_ComesBeforeTheTemperature()
    {
        // Logits are negative here: the penalty squares a probability of what was said.
        var expected = s_probabilities.Select((p, i) => i == 1 ? p * p : p).ToArray();
        AssertDrawn(new GenerationOptions { Temperature = 1, RepetitionPenalty = 2 }, expected, said: 1);
    }

    [Fact]
    public void EachRow_IsDrawnFromItsOwnLogitsAndItsOwnNumber()
    {
        using var scope = NewDisposeScope();
        var logits = tensor([0f, 9f, 0f, 9f, 0f, 0f], [2, 3]);
        var options = new GenerationOptions { Temperature = 1 };

        Assert.Equal([1L, 0L], Sampling.Choose(logits, null, options, 0.5, 0.5).data<long>().ToArray());
        Assert.NotEqual(0, Sampling.Choose(logits, null, options, 0.5, 0.99999)[1].item<long>());
    }

    [Fact]
    public void LogitsOfBFloat16_AreTaken()
    {
        using var scope = NewDisposeScope();
        var logits = tensor([0f, 9f, 0f], [1, 3]).to(bfloat16);

        Assert.Equal(1, Sampling.Choose(logits, null, new() { Temperature = 1 }, 0.5).item<long>());
        Assert.Equal(1, Sampling.Choose(logits, null, new()).item<long>());
    }

    private static void AssertDrawn(GenerationOptions options, double[] weights, long? said = null)
    {
        var counts = Choose(options, said, Draws).CountBy(token => token).ToDictionary();
        var sum = weights.Sum();
        for (var token = 0; token < weights.Length; token++)
        {
            // Each cut falls between two numbers: at most one draw more or less at either end.
            Assert.InRange(counts.GetValueOrDefault(token) - Draws * weights[token] / sum, -1.01, 1.01);
        }
    }

    private static long[] Choose(GenerationOptions options, long? said, int draws)
    {
        using var scope = NewDisposeScope();
        var logits = tensor(s_probabilities).log().to(float32).expand(draws, -1);
        var before = said is { } token ? full(draws, 1, Number(token), int64) : null;
        var uniforms = Enumerable.Range(0, draws).Select(i => (i + 0.5) / draws).ToArray();
        return Sampling.Choose(logits, before, options, uniforms).data<long>().ToArray();
    }
}
