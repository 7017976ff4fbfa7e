using Microsoft.ML.LlamaVae.Tokenization;

namespace Microsoft.ML.LlamaVae.Tests.Tokenization;

/// <summary>Which file of a checkpoint's folder is taken.</summary>
public sealed class TokenizerFolderTests
{
    private const string Pieces = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nbird\n";

    [Fact]
    public void ABertFolder_GivesItsWordPiece_ThoughATokenizerJsonStandsBesideIt()
    {
        using var folder = new TemporaryFolder()
            .With("vocab.txt", () => Pieces)
            .With("tokenizer.json", () => """{"model":{"type":"WordPiece","vocab":{}}}""")
            .With("tokenizer_config.json", () => """{"do_lower_case":true}""");

        var tokenizer = TokenizerLoader.LoadFolder(folder.FullName);

        Assert.Equal([5, 1], tokenizer.Encode("Bird tree"));
        Assert.Equal(new SpecialTokens(2, 3, 0, 1), tokenizer.SpecialTokens);
    }

    [Fact]
    public void ACasedBert_IsRefused()
    {
        using var folder = new TemporaryFolder()
            .With("vocab.txt", () => Pieces)
            .With("tokenizer_config.json", () => """{"do_lower_case":false}""");

        var error = Assert.Throws<NotSupportedException>(() => TokenizerLoader.LoadFolder(folder.FullName));

        Assert.Contains("Choose an uncased checkpoint", error.Message, StringComparison.Ordinal);
    }
}
