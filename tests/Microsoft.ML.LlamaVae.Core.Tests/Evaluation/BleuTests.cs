using FsCheck.Xunit;
using Microsoft.ML.LlamaVae.Evaluation;

namespace Microsoft.ML.LlamaVae.Tests.Evaluation;

public sealed class BleuTests
{
    private sealed record Tokenized(string text, string[] tokens);

    private static readonly string[] Candidates = Expected.Get<string[]>("bleu", "candidates");
    private static readonly string[][] References = Expected.Get<string[][]>("bleu", "references");

    [Fact]
    public void Tokens_AreThoseOfMteval13a()
    {
        Assert.All(
            Expected.Get<Tokenized[]>("tokens13a"),
            line => Assert.Equal(line.tokens, Mteval13aTokenizer.Tokenize(line.text))
        );
    }

    [Fact]
    public void Corpus_GivesWhatSacrebleuDocuments()
    {
        string[] candidates = ["The dog bit the man.", "It wasn't surprising.", "The man had just bitten him."];
        string[][] references =
        [
            ["The dog bit the man.", "The dog had bit the man."],
            ["It was not unexpected.", "No one was surprised."],
            ["The man bit him first.", "The man had bitten the dog."],
        ];

        Assert.Equal(48.530827, Bleu.Corpus(candidates, references).Score, 1e-6);
        Assert.Equal(0, Bleu.Corpus(["", "", ""], references).Score);
    }

    [Theory]
    [InlineData(BleuSmoothing.Exponential, 8.493)]
    [InlineData(BleuSmoothing.None, 0)]
    public void Sentence_GivesWhatSacrebleuDocuments(BleuSmoothing smoothing, double expected)
    {
        const string Candidate = "Producția de zahăr primă va fi exprimată în ceea ce privește zahărul alb;";
        const string Reference = "producţia de zahăr brut se exprimă în zahăr alb;";

        Assert.Equal(expected, Bleu.Sentence(Candidate, [Reference], smoothing).Score, 1e-3);
    }

    [Fact]
    public void Sentence_IsZero_WhenNoTokenMatches()
    {
        Assert.Equal(0, Bleu.Sentence("this is a cat", ["okay thanks"]).Score);
    }

    [Fact]
    public void Corpus_AgreesWithNltk_WithoutSmoothing()
    {
        var rows = Expected.Get<int[]>("bleu", "longOnly");
        var score = Bleu.Corpus(
            [.. rows.Select(i => Candidates[i])],
            [.. rows.Select(i => References[i])],
            BleuSmoothing.None
        );

        Assert.Equal(Expected.Get<double>("bleu", "corpusNone"), score.Score, 1e-9);
    }

    [Fact]
    public void Corpus_AgreesWithTheReference_WithExponentialSmoothing()
    {
        Assert.Equal(Expected.Get<double>("bleu", "corpusExp"), Bleu.Corpus(Candidates, References).Score, 1e-9);
        Assert.Equal(
            Expected.Get<double>("bleu", "corpusExpShort"),
            Bleu.Corpus(Candidates[2..4], References[2..4]).Score,
            1e-9
        );
    }

    [Fact]
    public void Sentences_AgreeWithTheReference()
    {
        Expected.Near(
            Expected.Get<double[]>("bleu", "sentencesExp"),
            Candidates.Zip(References, (c, r) => Bleu.Sentence(c, r).Score),
            1e-9
        );
    }

    [Fact]
    public void Parts_AreThoseOfTheDefinition()
    {
        // 3 of 3 words, 2 of 2 pairs, 1 of 1 triple, no quadruple; 3 words against the closest reference's 4
        var score = Bleu.Corpus(
            ["a b c"],
            [
                ["a b c d", "a b x y z"],
            ],
            BleuSmoothing.None
        );

        Assert.Equal([100, 100, 100, 0], score.Precisions);
        Assert.Equal(Math.Exp(1 - 4.0 / 3), score.BrevityPenalty, 1e-12);
        Assert.Equal((3, 4, 0.0), (score.CandidateLength, score.ReferenceLength, score.Score));
    }

    [Fact]
    public void BrevityPenalty_TakesTheShorterOfTwoEquallyCloseReferences()
    {
        Assert.Equal(
            2,
            Bleu.Corpus(
                ["a b c"],
                [
                    ["a b c d", "a b"],
                ]
            ).ReferenceLength
        );
    }

    [Fact]
    public void Matches_AreClippedAtTheReferenceThatHasMost()
    {
        Assert.Equal(
            50,
            Bleu.Corpus(
                ["the the the the"],
                [
                    ["the cat", "the the"],
                ]
            ).Precisions[0]
        );
    }

    [Fact]
    public void Corpus_Throws_WhenRowsDiffer()
    {
        var error = Assert.Throws<ArgumentException>(() => Bleu.Corpus(["a", "b"], ["a"]));

        Assert.Contains("references has 1 values; candidates has 2", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Bleu.Sentence("a", []));
    }

    [Property]
    public bool ATextAgainstItselfScores100(byte[] words)
    {
        var text = string.Join(' ', words.Select(word => $"w{word}"));

        return Math.Abs(Bleu.Sentence(text, [text]).Score - (words.Length == 0 ? 0 : 100)) < 1e-9;
    }

    [Property]
    public bool AFurtherReferenceAddsMatches(byte[] words, byte[] first, byte[] second)
    {
        var (text, a, b) = (Text(words), Text(first), Text(second));
        var one = Bleu.Corpus(
            [text],
            [
                [a],
            ],
            BleuSmoothing.None
        );
        var two = Bleu.Corpus(
            [text],
            [
                [a, b],
            ],
            BleuSmoothing.None
        );

        return one.Precisions.Zip(two.Precisions).All(p => p.First <= p.Second) && two.Score is >= 0 and <= 100 + 1e-9;

        static string Text(byte[] letters) => string.Join(' ', letters.Select(letter => (char)('a' + letter % 4)));
    }
}
