using Microsoft.ML.LlamaVae.Checkpoints;
using Microsoft.ML.LlamaVae.Decoder;
using Microsoft.ML.LlamaVae.Encoder;
using Microsoft.ML.LlamaVae.Generation;
using Microsoft.ML.LlamaVae.Tests.Decoder;
using Microsoft.ML.LlamaVae.Tokenization;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Tests.Checkpoints;

/// <summary>Folders with the names and files of the published BERT and GPT-2, written by hand and read back.</summary>
public sealed class HuggingFaceFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly Generator _generator = new(1);

    // Names and shapes as the model cards list them: H = 8, F = 12, V = 9, 10 positions.
    private List<(string Name, Tensor Value)> Bert(string prefix, string gamma = "weight", string beta = "bias")
    {
        List<(string, Tensor)> tensors =
        [
            Of($"{prefix}embeddings.word_embeddings.weight", 9, 8),
            Of($"{prefix}embeddings.position_embeddings.weight", 10, 8),
            Of($"{prefix}embeddings.token_type_embeddings.weight", 2, 8),
            Of($"{prefix}embeddings.LayerNorm.{gamma}", 8),
            Of($"{prefix}embeddings.LayerNorm.{beta}", 8),
            Of($"{prefix}pooler.dense.weight", 8, 8),
            Of($"{prefix}pooler.dense.bias", 8),
        ];
        foreach (
            var part in new[]
            {
                "attention.self.query",
                "attention.self.key",
                "attention.self.value",
                "attention.output.dense",
            }
        )
        {
            tensors.AddRange([
                Of($"{prefix}encoder.layer.0.{part}.weight", 8, 8),
                Of($"{prefix}encoder.layer.0.{part}.bias", 8),
            ]);
        }

        tensors.AddRange([
            Of($"{prefix}encoder.layer.0.attention.output.LayerNorm.{gamma}", 8),
            Of($"{prefix}encoder.layer.0.attention.output.LayerNorm.{beta}", 8),
            Of($"{prefix}encoder.layer.0.intermediate.dense.weight", 12, 8),
            Of($"{prefix}encoder.layer.0.intermediate.dense.bias", 12),
            Of($"{prefix}encoder.layer.0.output.dense.weight", 8, 12),
            Of($"{prefix}encoder.layer.0.output.dense.bias", 8),
            Of($"{prefix}encoder.layer.0.output.LayerNorm.{gamma}", 8),
            Of($"{prefix}encoder.layer.0.output.LayerNorm.{beta}", 8),
        ]);
        return tensors;
    }

    private List<(string Name, Tensor Value)> Gpt2(string prefix) =>
        [
            Of($"{prefix}wte.weight", 9, 8),
            Of($"{prefix}wpe.weight", 10, 8),
            Of($"{prefix}h.0.ln_1.weight", 8),
            Of($"{prefix}h.0.ln_1.bias", 8),
            Of($"{prefix}h.0.attn.c_attn.weight", 8, 24),
            Of($"{prefix}h.0.attn.c_attn.bias", 24),
            Of($"{prefix}h.0.attn.c_proj.weight", 8, 8),
            Of($"{prefix}h.0.attn.c_proj.bias", 8),
            Of($"{prefix}h.0.ln_2.weight", 8),
            Of($"{prefix}h.0.ln_2.bias", 8),
            Of($"{prefix}h.0.mlp.c_fc.weight", 8, 32),
            Of($"{prefix}h.0.mlp.c_fc.bias", 32),
            Of($"{prefix}h.0.mlp.c_proj.weight", 32, 8),
            Of($"{prefix}h.0.mlp.c_proj.bias", 8),
            Of($"{prefix}ln_f.weight", 8),
            Of($"{prefix}ln_f.bias", 8),
        ];

    private const string BertConfig = """
        {"model_type":"bert","architectures":["BertForMaskedLM"],"vocab_size":9,"hidden_size":8,"num_hidden_layers":1,
         "num_attention_heads":2,"intermediate_size":12,"hidden_act":"gelu","max_position_embeddings":10,
         "type_vocab_size":2,"layer_norm_eps":1e-12,"initializer_range":0.02,"pad_token_id":0}
        """;

    private const string Gpt2Config = """
        {"model_type":"gpt2","architectures":["GPT2LMHeadModel"],"vocab_size":9,"n_embd":8,"n_layer":1,"n_head":2,
         "n_positions":10,"n_ctx":10,"n_inner":null,"activation_function":"gelu_new","layer_norm_epsilon":1e-5,
         "initializer_range":0.02,"bos_token_id":8,"eos_token_id":8}
        """;

    [Theory]
    [InlineData("bert.", "gamma", "beta")] // the first release: with pre-training heads
    [InlineData("bert.", "weight", "bias")]
    [InlineData("", "weight", "bias")] // BertModel alone
    public void Bert_Loads_WhateverItsNamesBeginWith_AndComputesWithTheseWeights(
        string prefix,
        string gamma,
        string beta
    )
    {
        var tensors = Bert(prefix, gamma, beta);
        Write(BertConfig, [.. tensors, Of("cls.predictions.bias", 9), Of($"{prefix}embeddings.position_ids", 1, 10)]);

        using var encoder = BertEncoder.Load(_folder.FullName);

        var expected = tensors.ToDictionary(
            t => t.Name[prefix.Length..].Replace("gamma", "weight").Replace("beta", "bias"),
            t => t.Value
        );
        var loaded = encoder.state_dict();
        Assert.Equal(expected.Keys.Order(StringComparer.Ordinal), loaded.Keys.Order(StringComparer.Ordinal));
        Assert.All(expected, t => Assert.True(Numeric.AreEqual(t.Value, loaded[t.Key]), t.Key));
        Assert.Equal(BertPooling.Pooler, encoder.Configuration.Pooling);
        var embedding = encoder.Encode(tensor(new long[] { 2, 5, 3 }, [1, 3]), ones(1, 3, dtype: ScalarType.Bool));
        var second = new Encoder.TextbookBert(encoder).Encode([2, 5, 3]);
        Assert.InRange(TinyLlamas.Difference(tensor(second), embedding[0]), 0, 1e-4);
    }

    [Fact]
    public void Bert_WithoutAPooler_PoolsTheClassToken_AndWithA1Pooling_WhatThatSays()
    {
        Write(BertConfig, [.. Bert("").Where(t => !t.Name.StartsWith("pooler", StringComparison.Ordinal))]);
        using var plain = BertEncoder.Load(_folder.FullName);
        Directory.CreateDirectory(_folder["1_Pooling"]);
        _folder.With(
            "1_Pooling/config.json",
            () => """{"word_embedding_dimension":8,"pooling_mode_mean_tokens":true}"""
        );
        using var mean = BertEncoder.Load(_folder.FullName);

        Assert.Equal(BertPooling.ClassToken, plain.Configuration.Pooling);
        Assert.Equal(BertPooling.Mean, mean.Configuration.Pooling);
    }

    [Theory]
    [InlineData("")] // the published gpt2, with its causal masks
    [InlineData("transformer.")]
    public void Gpt2_Loads_WhateverItsNamesBeginWith_AndComputesWithTheseWeights(string prefix)
    {
        var tensors = Gpt2(prefix);
        Write(
            Gpt2Config,
            [.. tensors, Of($"{prefix}h.0.attn.bias", 1, 1, 10, 10), ("lm_head.weight", tensors[0].Value)]
        );

        using var decoder = Gpt2Decoder.Load(_folder.FullName);

        var loaded = decoder.state_dict();
        var expected = tensors.ToDictionary(t => "transformer." + t.Name[prefix.Length..], t => t.Value);
        Assert.Equal(expected.Keys.Order(StringComparer.Ordinal), loaded.Keys.Order(StringComparer.Ordinal));
        Assert.All(expected, t => Assert.True(Numeric.AreEqual(t.Value, loaded[t.Key]), t.Key));
        Assert.Equal((32, 10, 8), (decoder.Configuration.FeedForwardSize, decoder.MaxPositions, decoder.EndTokens[0]));
        var logits = decoder.Logits(decoder.Hidden(tensor(new long[] { 8, 5, 3 }, [1, 3]), null));
        var second = new TextbookGpt2(decoder).Logits([8, 5, 3], null).SelectMany(row => row).ToArray();
        Assert.InRange(TinyLlamas.Difference(tensor(second), logits.reshape(-1)), 0, 1e-4);
    }

    [Theory]
    [InlineData(BackboneStorage.Embed)]
    [InlineData(BackboneStorage.Reference)]
    public void AModel_OfABertAndAGpt2Folder_TakesTheirTokenizers_AndItsFileLoads(BackboneStorage storage)
    {
        using var gpt2 = new TemporaryFolder();
        var json = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Fixtures", "tokenizers", "smollm.json"));
        gpt2.With("tokenizer.json", () => json);
        var size = TokenizerLoader.LoadFile(gpt2["tokenizer.json"]).VocabularySize;
        gpt2.With(
            "config.json",
            () => Gpt2Config.Replace("\"vocab_size\":9", $"\"vocab_size\":{size}").Replace("_id\":8", "_id\":0")
        );
        SafetensorsWriter.WriteFile(gpt2["model.safetensors"], [Of("wte.weight", size, 8), .. Gpt2("").Skip(1)]);
        _folder.With("vocab.txt", () => "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na\nbird\nthat\nsings\n");
        Write(BertConfig, Bert("bert."));
        var configuration = new LlamaVaeConfiguration
        {
            EncoderFolder = _folder.FullName,
            DecoderFolder = gpt2.FullName,
            MaxTokens = 8,
        };

        using var model = LlamaVaeModel.Create(configuration);
        model.Save(gpt2["model.bin"], storage);
        using var loaded = LlamaVaeModel.Load(gpt2["model.bin"]);

        using var q = model.Encode(["A bird that sings", "bird"]);
        using var again = loaded.Encode(["A bird that sings", "bird"]);
        Assert.Equal([2, 5, 6, 7, 8, 3], model.Encoder.Tokenize("A bird that sings").Ids);
        Assert.True(Numeric.AreEqual(q.Mu, again.Mu));
        Assert.Equal(model.Score(["a bird", "b"], q.Mu), loaded.Score(["a bird", "b"], q.Mu));
        var options = new GenerationOptions { MaxTokens = 6 };
        Assert.Equal(model.Decode(q.Mu, options), loaded.Decode(q.Mu, options));
    }

    [Fact]
    public void MissingAndStrangeWeights_AreListed()
    {
        Write(Gpt2Config, [.. Gpt2("").Skip(1), Of("wte.weight", 9, 7), Of("h.1.ln_1.weight", 8)]);
        var gpt2 = Assert.Throws<InvalidDataException>(() => Gpt2Decoder.Load(_folder.FullName));
        Write(
            BertConfig,
            [.. Bert("bert.").Where(t => !t.Name.Contains("query")), Of("bert.encoder.layer.1.output.dense.bias", 8)]
        );
        var bert = Assert.Throws<InvalidDataException>(() => BertEncoder.Load(_folder.FullName));

        Assert.Contains("'wte.weight' should be [9, 8] and is [9, 7]", gpt2.Message, StringComparison.Ordinal);
        Assert.Contains("'h.1.ln_1.weight' [8] has no place in the model", gpt2.Message, StringComparison.Ordinal);
        Assert.Contains(
            "'bert.encoder.layer.0.attention.self.query.weight' [8, 8] is missing",
            bert.Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "'bert.encoder.layer.1.output.dense.bias' [8] has no place",
            bert.Message,
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("\"gelu_new\"", "\"relu\"", "'activation_function' is 'relu'; supported is 'gelu_new'")]
    [InlineData("\"gpt2\"", "\"gptj\"", "the model type is 'gptj'; expected 'gpt2'")]
    [InlineData("\"n_head\":2", "\"n_head\":3", "3 heads cannot share a width of 8 evenly")]
    [InlineData("\"n_layer\":1,", "", "the key 'n_layer' is missing")]
    [InlineData("\"n_ctx\":10", "\"scale_attn_weights\":false", "'scale_attn_weights' must be true")]
    public void AGpt2ThatIsNotSupported_IsRefused_WithTheKey(string old, string given, string message)
    {
        Write(Gpt2Config.Replace(old, given, StringComparison.Ordinal), Gpt2(""));

        var error = Assert.Throws<InvalidDataException>(() => Gpt2Decoder.Load(_folder.FullName));

        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"gelu\"", "\"relu\"", "'hidden_act' is 'relu'; supported are 'gelu' and 'gelu_new'")]
    [InlineData("\"bert\"", "\"roberta\"", "the model type is 'roberta'; expected 'bert'")]
    [InlineData(
        "\"pad_token_id\":0",
        "\"position_embedding_type\":\"relative_key\"",
        "'position_embedding_type' is 'relative_key'"
    )]
    [InlineData("\"num_attention_heads\":2", "\"num_attention_heads\":3", "3 heads cannot share a width of 8 evenly")]
    public void ABertThatIsNotSupported_IsRefused_WithTheKey(string old, string given, string message)
    {
        Write(BertConfig.Replace(old, given, StringComparison.Ordinal), Bert(""));

        var error = Assert.Throws<InvalidDataException>(() => BertEncoder.Load(_folder.FullName));

        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    private void Write(string config, IReadOnlyList<(string Name, Tensor Value)> tensors)
    {
        _folder.With("config.json", () => config);
        SafetensorsWriter.WriteFile(_folder["model.safetensors"], tensors);
    }

    private (string, Tensor) Of(string name, params long[] shape) => (name, randn(shape, generator: _generator));

    public void Dispose()
    {
        _generator.Dispose();
        _scope.Dispose();
        _folder.Dispose();
    }
}
