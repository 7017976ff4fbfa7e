using System.Text.Json;
using Microsoft.ML.LlamaVae.Tokenization;

namespace Microsoft.ML.LlamaVae.Tests.Tokenization;

/// <summary>Against sentencepiece 0.1.97.</summary>
public sealed class SentencePieceParityTests
{
    public static TheoryData<string> Models => ["t5.model", "unigram-bytes.model", "llama.model", "bpe-symbols.model"];

    [Theory]
    [MemberData(nameof(Models))]
    public void NastyTexts_GiveTheReferencesIdsAndTexts(string name)
    {
        var tokenizer = TokenizerLoader.LoadFile(TokenizerFixtures.PathOf(name));
        Assert.Equal([], TokenizerFixtures.Differences(tokenizer, TokenizerFixtures.Expected(name)));
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void Glosses_GiveTheReferencesIds(string name)
    {
        var tokenizer = TokenizerLoader.LoadFile(TokenizerFixtures.PathOf(name));
        var expected = TokenizerFixtures.Expected(name).GetProperty("glosses").Strings();
        Assert.Equal(expected, TokenizerFixtures.GroupDigests(tokenizer, TokenizerFixtures.Glosses));
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void AnyIds_DecodeToTheReferencesText(string name)
    {
        var tokenizer = TokenizerLoader.LoadFile(TokenizerFixtures.PathOf(name));
        var decodings = TokenizerFixtures.Expected(name).GetProperty("decodings").EnumerateArray().ToArray();
        var wrong = decodings
            .Select(d => (Ids: d.GetProperty("ids").Ints(), Text: d.GetProperty("text").GetString()!))
            .Where(d => tokenizer.Decode(d.Ids) != d.Text)
            .Select(d => $"{string.Join(',', d.Ids)}: {J(tokenizer.Decode(d.Ids))}, expected {J(d.Text)}");
        Assert.Equal([], wrong);
        Assert.Equal(300, decodings.Length);
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void SpecialTokens_AreThoseOfTheModel(string name)
    {
        var tokenizer = TokenizerLoader.LoadFile(TokenizerFixtures.PathOf(name));
        var expected = TokenizerFixtures.Expected(name);
        int?[] special = [.. expected.GetProperty("special").Ints().Select(id => id < 0 ? (int?)null : id)];
        Assert.Equal(new SpecialTokens(special[0], special[1], special[2], special[3]), tokenizer.SpecialTokens);
        Assert.Equal(expected.GetProperty("size").GetInt32(), tokenizer.VocabularySize);
    }

    [Fact]
    public void TextOfControlPieces_StaysText()
    {
        var tokenizer = TokenizerLoader.LoadFile(TokenizerFixtures.PathOf("llama.model"));
        var ids = tokenizer.Encode("a</s>b");
        Assert.DoesNotContain(2, ids);
        Assert.Equal("a</s>b", tokenizer.Decode(ids));
    }

    [Fact]
    public void SentinelsOfT5_AreOnePieceEach()
    {
        var tokenizer = TokenizerLoader.LoadFile(TokenizerFixtures.PathOf("t5.model"));
        var ids = tokenizer.Encode("the <extra_id_0> of <extra_id_19>");
        Assert.Equal(2, ids.Count(id => tokenizer.Decode([id]).StartsWith("<extra_id_", StringComparison.Ordinal)));
    }

    private static string J(string text) => JsonSerializer.Serialize(text);
}
