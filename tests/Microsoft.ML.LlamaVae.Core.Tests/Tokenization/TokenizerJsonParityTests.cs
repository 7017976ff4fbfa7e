using System.Text;
using System.Text.Json;
using Microsoft.ML.LlamaVae.Tokenization;
using Microsoft.ML.LlamaVae.Tokenization.SentencePiece;

namespace Microsoft.ML.LlamaVae.Tests.Tokenization;

/// <summary>Against @huggingface/tokenizers; the unigram form against sentencepiece.</summary>
public sealed class TokenizerJsonParityTests
{
    public static TheoryData<string> Files => ["llama3.json", "smollm.json", "llama2.json"];

    [Theory]
    [MemberData(nameof(Files))]
    public void NastyTexts_GiveTheReferencesIdsAndTexts(string name)
    {
        var tokenizer = TokenizerLoader.LoadFile(TokenizerFixtures.PathOf(name));
        Assert.Equal([], TokenizerFixtures.Differences(tokenizer, TokenizerFixtures.Expected(name)));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Glosses_GiveTheReferencesIds(string name)
    {
        var tokenizer = TokenizerLoader.LoadFile(TokenizerFixtures.PathOf(name));
        var expected = TokenizerFixtures.Expected(name).GetProperty("glosses").Strings();
        Assert.Equal(expected, TokenizerFixtures.GroupDigests(tokenizer, TokenizerFixtures.Glosses));
    }

    [Fact]
    public void Llama2_GivesTheIdsOfItsSentencePieceModel()
    {
        var json = TokenizerLoader.LoadFile(TokenizerFixtures.PathOf("llama2.json"));
        var model = TokenizerLoader.LoadFile(TokenizerFixtures.PathOf("llama.model"));
        Assert.All(
            TokenizerFixtures.Glosses.Take(2000),
            gloss => Assert.Equal(model.Encode(gloss), json.Encode(gloss))
        );
        Assert.Equal(model.SpecialTokens, json.SpecialTokens);
    }

    [Fact]
    public void T5_GivesTheIdsOfItsSentencePieceModel()
    {
        var json = TokenizerLoader.Load(T5Json());
        Assert.Equal(
            TokenizerFixtures.Expected("t5.model").GetProperty("glosses").Strings(),
            TokenizerFixtures.GroupDigests(json, TokenizerFixtures.Glosses)
        );
        Assert.Equal(new SpecialTokens(null, 1, 0, 2), json.SpecialTokens);
    }

    [Fact]
    public void T5_DecodesWhatItEncodes()
    {
        var json = TokenizerLoader.Load(T5Json());
        Assert.Equal("a large cat; on the mat", json.Decode(json.Encode("  a large  cat; on the mat ")));
    }

    [Fact]
    public void TextOfSpecialTokens_StaysText()
    {
        var tokenizer = TokenizerLoader.LoadFile(TokenizerFixtures.PathOf("llama3.json"));
        var ids = tokenizer.Encode("a<|end_of_text|>b");
        Assert.DoesNotContain(tokenizer.SpecialTokens.Eos!.Value, ids);
        Assert.Equal("a<|end_of_text|>b", tokenizer.Decode(ids));
    }

    [Fact]
    public void SpecialTokens_AreLeftOutOfDecodedText()
    {
        var tokenizer = TokenizerLoader.LoadFile(TokenizerFixtures.PathOf("llama3.json"));
        var special = tokenizer.SpecialTokens;
        Assert.Equal("ab", tokenizer.Decode([special.Bos!.Value, .. tokenizer.Encode("ab"), special.Eos!.Value]));
    }

    [Fact]
    public void IncompleteCharacters_DecodeToTheReplacementCharacter()
    {
        var tokenizer = TokenizerLoader.LoadFile(TokenizerFixtures.PathOf("llama3.json"));
        Assert.Equal("\uFFFD", tokenizer.Decode(tokenizer.Encode("\U0001F600").AsSpan()[..^1]));
    }

    // The unigram model as HuggingFace writes T5's.
    private static TokenizerFile T5Json()
    {
        var content = File.ReadAllBytes(TokenizerFixtures.PathOf("t5.model"));
        var model = SentencePieceModel.Parse(new TokenizerFile("t5.model", content));
        var json = new
        {
            added_tokens = model
                .Pieces.Index()
                .Where(p => p.Item.Kind is not PieceKind.Normal)
                .Select(p => new
                {
                    id = p.Index,
                    content = p.Item.Text,
                    special = true,
                }),
            normalizer = new { type = "Precompiled", precompiled_charsmap = model.CharacterMap },
            pre_tokenizer = new
            {
                type = "Sequence",
                pretokenizers = new object[]
                {
                    new { type = "WhitespaceSplit" },
                    new
                    {
                        type = "Metaspace",
                        replacement = "▁",
                        add_prefix_space = true,
                    },
                },
            },
            decoder = new
            {
                type = "Metaspace",
                replacement = "▁",
                add_prefix_space = true,
            },
            model = new
            {
                type = "Unigram",
                unk_id = 2,
                vocab = model.Pieces.Select(p => new object[] { p.Text, p.Score }),
            },
        };
        return new TokenizerFile("tokenizer.json", Encoding.UTF8.GetBytes(JsonSerializer.Serialize(json)));
    }
}
