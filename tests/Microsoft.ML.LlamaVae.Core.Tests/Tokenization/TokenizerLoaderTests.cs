using System.Diagnostics;
using System.Text;
using FsCheck.Xunit;
using Microsoft.ML.LlamaVae.Tokenization;

namespace Microsoft.ML.LlamaVae.Tests.Tokenization;

public sealed class TokenizerLoaderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tokenizer").FullName;

    public static TheoryData<string> All =>
        [
            "t5.model",
            "unigram-bytes.model",
            "llama.model",
            "bpe-symbols.model",
            "llama3.json",
            "smollm.json",
            "llama2.json",
        ];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Property(MaxTest = 300)]
    public bool Default_DecodesWhatItEncodes(string? text)
    {
        var wellFormed = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text ?? "")).Replace('\u2581', ' ');
        return TokenizerLoader.Default.Decode(TokenizerLoader.Default.Encode(wellFormed)) == wellFormed;
    }

    [Fact]
    public void Default_HasItsSpecialTokens()
    {
        Assert.Equal(new SpecialTokens(1, 2, 3, 0), TokenizerLoader.Default.SpecialTokens);
        Assert.Equal(4096, TokenizerLoader.Default.VocabularySize);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void LoneSurrogates_CountAsReplacementCharacters(string name)
    {
        var tokenizer = TokenizerLoader.LoadFile(TokenizerFixtures.PathOf(name));
        Assert.Equal(tokenizer.Encode("a\uFFFDb \uFFFD"), tokenizer.Encode("a\uD83Db \uDE00"));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void LongWords_TakeLinearTime(string name)
    {
        var tokenizer = TokenizerLoader.LoadFile(TokenizerFixtures.PathOf(name));
        tokenizer.Encode("warm up");
        var watch = Stopwatch.StartNew();
        Assert.NotEmpty(tokenizer.Encode(new string('a', 200_000)));
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 20); // quadratic time would take minutes
    }

    [Theory]
    [MemberData(nameof(All))]
    public void IdsOutsideTheVocabulary_AreRefused(string name)
    {
        var tokenizer = TokenizerLoader.LoadFile(TokenizerFixtures.PathOf(name));
        Assert.Throws<ArgumentOutOfRangeException>(() => tokenizer.Decode([-1]));
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => tokenizer.Decode([tokenizer.VocabularySize]));
        Assert.Contains($"0 to {tokenizer.VocabularySize - 1}", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void CutFiles_AreRefused(string name)
    {
        var content = File.ReadAllBytes(TokenizerFixtures.PathOf(name));
        var error = Assert.Throws<InvalidDataException>(() =>
            TokenizerLoader.Load(new TokenizerFile(name, content.AsMemory(0, content.Length / 2)))
        );
        Assert.StartsWith($"'{name}' is not a ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Overrides_GoBeforeTheFilesOwn()
    {
        var file = TokenizerLoader.LoadFile(TokenizerFixtures.PathOf("t5.model")).File;
        var tokenizer = TokenizerLoader.Load(file, new SpecialTokens(5, null, null, null));
        Assert.Equal(new SpecialTokens(5, 1, 0, 2), tokenizer.SpecialTokens);
        Assert.Equal("", tokenizer.Decode([5]));
    }

    [Fact]
    public void OverridesOutsideTheVocabulary_AreRefused()
    {
        var file = TokenizerLoader.Default.File;
        var error = Assert.Throws<ArgumentException>(() =>
            TokenizerLoader.Load(file, new SpecialTokens(null, null, 4096, null))
        );
        Assert.Contains(
            "Pad has the id 4096; the tokenizer's ids are 0 to 4095",
            error.Message,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("spiece.model", "t5.model")]
    [InlineData("tokenizer.model", "llama.model")]
    [InlineData("tokenizer.json", "llama3.json")]
    public void Folder_FindsTheTokenizer(string name, string fixture)
    {
        File.Copy(TokenizerFixtures.PathOf(fixture), Path.Combine(_folder, name));
        var expected = TokenizerLoader.LoadFile(TokenizerFixtures.PathOf(fixture));
        var tokenizer = TokenizerLoader.LoadFolder(_folder);
        Assert.Equal(name, tokenizer.File.Name);
        Assert.Equal(expected.SpecialTokens, tokenizer.SpecialTokens);
        Assert.Equal(expected.Encode("a large cat"), tokenizer.Encode("a large cat"));
    }

    [Fact]
    public void Folder_TakesTheFirstOfSeveralEnds_AndTheIdsOfTheConfiguration()
    {
        File.Copy(TokenizerFixtures.PathOf("llama3.json"), Path.Combine(_folder, "tokenizer.json"));
        var size = TokenizerLoader.LoadFolder(_folder).VocabularySize;
        Write("config.json", $$"""{"bos_token_id": 4, "eos_token_id": [{{size - 3}}, 7], "pad_token_id": -1}""");
        Write("tokenizer_config.json", """{"eos_token": "<|end_of_text|>", "pad_token": {"content": "<|eot_id|>"}}""");
        Assert.Equal(new SpecialTokens(4, size - 3, size - 3, null), TokenizerLoader.LoadFolder(_folder).SpecialTokens);
    }

    [Fact]
    public void Folder_TrustsASentencePieceModelMoreThanTheConfiguration()
    {
        File.Copy(TokenizerFixtures.PathOf("llama.model"), Path.Combine(_folder, "tokenizer.model"));
        Write("config.json", """{"bos_token_id": 0, "eos_token_id": 1, "pad_token_id": 6}""");
        Assert.Equal(new SpecialTokens(1, 2, 6, 0), TokenizerLoader.LoadFolder(_folder).SpecialTokens);
    }

    [Fact]
    public void Folder_WithoutTokenizer_IsRefused()
    {
        var error = Assert.Throws<FileNotFoundException>(() => TokenizerLoader.LoadFolder(_folder));
        Assert.Contains(
            "spiece.model, tokenizer.model, vocab.txt or tokenizer.json",
            error.Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Folder_WithAListOfRanks_NeedsATokenizerJson()
    {
        Write("tokenizer.model", "IQ== 0\nIg== 1\n");
        var error = Assert.Throws<NotSupportedException>(() => TokenizerLoader.LoadFolder(_folder));
        Assert.Contains("tokenizer.json", error.Message, StringComparison.Ordinal);
        File.Copy(TokenizerFixtures.PathOf("llama3.json"), Path.Combine(_folder, "tokenizer.json"));
        Assert.Equal("tokenizer.json", TokenizerLoader.LoadFolder(_folder).File.Name);
    }

    [Fact]
    public void BrokenConfiguration_IsNamed()
    {
        File.Copy(TokenizerFixtures.PathOf("llama.model"), Path.Combine(_folder, "tokenizer.model"));
        Write("config.json", "{");
        var error = Assert.Throws<InvalidDataException>(() => TokenizerLoader.LoadFolder(_folder));
        Assert.Contains("config.json", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"Isolated\"", "\"MergedWithNext\"", "MergedWithNext")]
    [InlineData("\"type\":\"Split\"", "\"type\":\"BertPreTokenizer\"", "BertPreTokenizer")]
    [InlineData("\"normalizer\":null", "\"normalizer\":{\"type\":\"NFC\"}", "NFC")]
    [InlineData("\"type\":\"BPE\"", "\"type\":\"WordPiece\"", "WordPiece")]
    [InlineData("(?i:'s", "(?i:'s++", "regular expression")]
    [InlineData("\"dropout\":null", "\"dropout\":0.5", "dropout '0.5'")]
    public void UnsupportedComponents_AreNamed(string from, string to, string named)
    {
        var json = File.ReadAllText(TokenizerFixtures.PathOf("llama3.json"))
            .Replace("\n", "", StringComparison.Ordinal);
        Assert.Contains(from, json, StringComparison.Ordinal);
        var file = new TokenizerFile(
            "tokenizer.json",
            Encoding.UTF8.GetBytes(json.Replace(from, to, StringComparison.Ordinal))
        );
        var error = Assert.Throws<NotSupportedException>(() => TokenizerLoader.Load(file));
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void UnsupportedModelType_IsNamed()
    {
        // One unknown piece, and a trainer_spec whose model_type is 3 (word).
        byte[] content = [0x0A, 9, 0x0A, 5, .. "<unk>"u8, 0x18, 2, 0x12, 2, 0x18, 3];
        var error = Assert.Throws<NotSupportedException>(() =>
            TokenizerLoader.Load(new TokenizerFile("spiece.model", content))
        );
        Assert.Contains(
            "model type is 'Word'; supported are unigram (T5) and BPE",
            error.Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void UnknownFileName_IsRefused() =>
        Assert.Throws<NotSupportedException>(() =>
            TokenizerLoader.Load(new TokenizerFile("merges.bin", new byte[] { 1 }))
        );

    private void Write(string name, string content) => File.WriteAllText(Path.Combine(_folder, name), content);
}
