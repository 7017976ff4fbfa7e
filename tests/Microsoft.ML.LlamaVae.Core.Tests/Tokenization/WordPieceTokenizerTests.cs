using Microsoft.ML.LlamaVae.Tokenization;

namespace Microsoft.ML.LlamaVae.Tests.Tokenization;

public sealed class WordPieceTokenizerTests
{
    private static TokenizerFile Vocabulary(params string[] pieces) =>
        new("vocab.txt", System.Text.Encoding.UTF8.GetBytes(string.Join('\n', pieces) + "\n"));

    private static readonly ITextTokenizer s_tokenizer = TokenizerLoader.Load(
        Vocabulary("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "un", "##aff", "##able", "cafe", "!")
    );

    [Fact]
    public void Encode_TakesTheLongestPieces_InLowerCase_AndAddsNothing() =>
        Assert.Equal([5, 6, 7, 8, 9, 1], s_tokenizer.Encode("UNaffable CAFE! xyz"));

    [Fact]
    public void Decode_JoinsPieces_AndLeavesSpecialTokensOut() =>
        Assert.Equal("unaffable cafe!", s_tokenizer.Decode([2, 5, 6, 7, 8, 9, 3]));

    [Fact]
    public void SpecialTokens_AreThoseOfTheVocabulary() =>
        Assert.Equal((new SpecialTokens(2, 3, 0, 1), 10), (s_tokenizer.SpecialTokens, s_tokenizer.VocabularySize));

    [Fact]
    public void AVocabularyWithoutSpecialTokens_IsRefused()
    {
        var error = Assert.Throws<InvalidDataException>(() => TokenizerLoader.Load(Vocabulary("a", "b")));

        Assert.Contains("is not the vocabulary of a BERT", error.Message, StringComparison.Ordinal);
    }
}
