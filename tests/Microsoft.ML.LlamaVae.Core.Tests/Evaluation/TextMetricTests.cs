using FsCheck.Xunit;
using Microsoft.ML.LlamaVae.Evaluation;

namespace Microsoft.ML.LlamaVae.Tests.Evaluation;

public sealed class TextMetricTests
{
    private static readonly string[] Candidates = Expected.Get<string[]>("bleu", "candidates");
    private static readonly string[][] References = Expected.Get<string[][]>("bleu", "references");

    [Fact]
    public void RougeL_AgreesWithTheReference()
    {
        var expected = Expected.Get<double[][]>("rougeL");
        var actual = Candidates.Zip(References, RougeL.Sentence).ToArray();

        for (var i = 0; i < expected.Length; i++)
        {
            Expected.Near(expected[i], [actual[i].Precision, actual[i].Recall, actual[i].F1], 1e-12);
        }

        Assert.Equal(expected.Average(score => score[2]), RougeL.Corpus(Candidates, References).F1, 1e-12);
    }

    [Fact]
    public void RougeL_CountsOrder()
    {
        // LCS of "police killed the gunman" and "the gunman police killed" is two words
        Assert.Equal(0.5, RougeL.Sentence("The gunman police killed.", ["police killed the gunman"]).F1);
        // a repeated word counts as often as the reference has it
        Assert.Equal(0.4, RougeL.Sentence("the the the", ["the cat"]).F1, 1e-12);
    }

    [Fact]
    public void RougeL_IsZero_WhenATextIsEmpty()
    {
        Assert.Equal(new RougeLScore(0, 0, 0), RougeL.Sentence("", ["a"]));
        Assert.Equal(new RougeLScore(0, 0, 0), RougeL.Sentence("a", ["..."]));
        Assert.True(double.IsNaN(RougeL.Corpus([], []).F1));
        Assert.Throws<ArgumentException>(() => RougeL.Sentence("a", []));
    }

    [Fact]
    public void DistinctNGrams_AreCountedOverAllTexts()
    {
        // words: a b a b c → 3 of 5; pairs: ab, ab bc → 2 of 3
        Assert.Equal(3 / 5.0, TextDiversity.DistinctNGrams(["a b", "a b c"], 1));
        Assert.Equal(2 / 3.0, TextDiversity.DistinctNGrams(["a b", "a b c"], 2));
        Assert.True(double.IsNaN(TextDiversity.DistinctNGrams(["a b"], 3)));
        Assert.Throws<ArgumentOutOfRangeException>(() => TextDiversity.DistinctNGrams(["a"], 0));
    }

    [Fact]
    public void DistinctTexts_CountsEqualTextsOnce()
    {
        Assert.Equal(0.5, TextDiversity.DistinctTexts(["a", "b", "a", "a"]));
        Assert.True(double.IsNaN(TextDiversity.DistinctTexts([])));
    }

    [Fact]
    public void SelfBleu_AgreesWithTheReference()
    {
        Assert.Equal(Expected.Get<double>("bleu", "selfBleu"), SelfBleu.Of(Candidates), 1e-9);
    }

    [Fact]
    public void SelfBleu_Is100_WhenAllTextsAreEqual()
    {
        Assert.Equal(100, SelfBleu.Of(["a b c d", "a b c d", "a b c d"]), 1e-9);
        Assert.Equal(0, SelfBleu.Of(["a b c d", "e f g h"]));
        Assert.True(double.IsNaN(SelfBleu.Of(["a"])));
    }

    [Property]
    public bool SelfBleuIsTheMeanSentenceBleuAgainstTheOthers(byte[][] samples)
    {
        var texts = samples.Append([0]).Append([1, 2]).Select(s => string.Join(' ', s.Select(b => b % 5))).ToArray();
        var mean = texts.Select((text, i) => Bleu.Sentence(text, [.. texts[..i], .. texts[(i + 1)..]]).Score).Average();

        return Math.Abs(SelfBleu.Of(texts) - mean) < 1e-9;
    }

    [Fact]
    public void Jaccard_AgreesWithScipy()
    {
        Expected.Near(
            Expected.Get<double[]>("jaccard"),
            Candidates.Zip(References, (c, r) => WordOverlap.Jaccard(c, r[0])),
            1e-12
        );
        Assert.Equal(1, WordOverlap.Jaccard("", "..."));
    }
}
