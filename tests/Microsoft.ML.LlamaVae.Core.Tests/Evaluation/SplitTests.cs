using System.Globalization;
using Microsoft.ML.LlamaVae.Evaluation;

namespace Microsoft.ML.LlamaVae.Tests.Evaluation;

public sealed class SplitTests
{
    // 300 texts of ten words; each third one repeats the one before but for a word, each tenth one whole.
    private static readonly string[] s_texts = [.. Texts()];

    [Fact]
    public void NearDuplicates_ShareMostOfTheirWords()
    {
        var near = new NearDuplicates(["a b c d e f g h i", "x"]);

        Assert.True(near.Has("A, b. c d e f g h j"));
        Assert.False(near.Has("a b c d e f g k j"));
        Assert.True(near.Has("X!"));
        Assert.False(near.Has("..."));
        Assert.False(new NearDuplicates([]).Has("x"));
        Assert.Throws<ArgumentOutOfRangeException>(() => new NearDuplicates([], threshold: 0));
    }

    [Fact]
    public void NearDuplicates_AreThoseOfWordOverlap()
    {
        var near = new NearDuplicates(s_texts[..30], 0.7);

        Assert.All(
            s_texts,
            text => Assert.Equal(s_texts[..30].Any(other => WordOverlap.Jaccard(text, other) >= 0.7), near.Has(text))
        );
    }

    [Fact]
    public void HeldOutTexts_HaveNoNearDuplicateOnTheOtherSide()
    {
        var split = HeldOutSplit.Of(s_texts, 60, seed: 1);

        Assert.Equal(60, split.HeldOut.Count);
        Assert.DoesNotContain(
            split.Training,
            text => split.HeldOut.Any(held => WordOverlap.Jaccard(text, held) >= 0.8)
        );
        Assert.True(split.LeftOut > 30);
        Assert.Equal(s_texts.Length, split.Training.Count + split.HeldOut.Count + split.LeftOut);
        Assert.Equal(split.Training.Count, split.Training.Distinct().Count());
    }

    [Fact]
    public void TheSeed_DrawsTheHeldOutTexts()
    {
        Assert.Equal(HeldOutSplit.Of(s_texts, 9, 1).HeldOut, HeldOutSplit.Of(s_texts, 9, 1).HeldOut);
        Assert.NotEqual(HeldOutSplit.Of(s_texts, 9, 1).HeldOut, HeldOutSplit.Of(s_texts, 9, 2).HeldOut);
    }

    [Fact]
    public void TooFewTexts_AreRefused()
    {
        var error = Assert.Throws<ArgumentException>(() => HeldOutSplit.Of(["a", "A.", "b", "c"], 2, 1));

        Assert.Contains("4 texts, 3 of them different, leave 1 to learn from where 2 are held out", error.Message);
    }

    [Fact]
    public void Words_AreOnOneSideHoweverTheyAreWritten()
    {
        WordDefinitions[] words =
        [
            .. Enumerable.Range(0, 40).Select(i => new WordDefinitions($"w{i}", [$"one{i}", $"two{i}"])),
            .. Enumerable.Range(0, 40).Select(i => new WordDefinitions($"W{i}", [$"three{i}", $"two{(i + 1) % 40}"])),
            new("unheard", ["of"]),
        ];

        var split = DefinitionSplit.Of(words, word => word != "unheard", 10, seed: 1);

        string[] held = [.. split.HeldOut.Select(word => word.Word.ToUpperInvariant()).Distinct()];
        string[] definitions = [.. split.HeldOut.SelectMany(word => word.Definitions)];
        Assert.Equal(10, held.Length);
        Assert.Equal(20, split.HeldOut.Count);
        Assert.DoesNotContain(split.Training, word => held.Contains(word.Word.ToUpperInvariant()));
        Assert.Empty(split.Training.SelectMany(word => word.Definitions).Intersect(definitions));
        Assert.True(split.LeftOut > 0);
        Assert.Equal(1, split.Unknown);
        Assert.Equal(160, split.LeftOut + split.Training.Sum(word => word.Definitions.Count) + definitions.Length);
    }

    [Fact]
    public void ADictionaryWithoutKnownWords_IsRefused()
    {
        var error = Assert.Throws<ArgumentException>(() =>
            DefinitionSplit.Of([new("a", ["b"])], _ => false, 1, seed: 1)
        );

        Assert.Contains("1 words, 0 of them known, leave 0 to learn from where 1 are held out", error.Message);
    }

    private static IEnumerable<string> Texts()
    {
        var random = new Random(1);
        var words = new string[10];
        for (var i = 0; i < 300; i++)
        {
            if (i % 10 != 9)
            {
                words = i % 3 == 2 ? [.. words[..9], "other"] : [.. words.Select(_ => Word(random))];
            }

            yield return string.Join(' ', words);
        }
    }

    private static string Word(Random random) => random.Next(2000).ToString(CultureInfo.InvariantCulture);
}
