using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.ML.LlamaVae.Decoder;

namespace Microsoft.ML.LlamaVae.Tests.Decoder;

public sealed class LlamaConfigurationTests
{
    private const string Minimal = """
        { "model_type": "llama", "vocab_size": 100, "hidden_size": 32, "intermediate_size": 64,
          "num_hidden_layers": 2, "num_attention_heads": 4 }
        """;

    [Fact]
    public void WhatAFileLeavesOut_HasTheDefaultsOfTheFormat()
    {
        var c = Read("{}");

        Assert.Equal(4, c.KeyValueHeads);
        Assert.Equal(8, c.HeadSize);
        Assert.Equal(1e-6, c.NormEpsilon);
        Assert.Equal(10_000, c.RopeTheta);
        Assert.Equal(RopeScalingKind.None, c.RopeScaling.Kind);
        Assert.Equal(2048, c.MaxPositions);
        Assert.False(c.TieEmbeddings || c.AttentionBias || c.FeedForwardBias);
        Assert.Empty(c.EndTokens);
    }

    [Fact]
    public void EveryKeyOfAFile_IsRead()
    {
        var c = Read(
            """
            { "num_key_value_heads": 2, "head_dim": 16, "rms_norm_eps": 0.001, "rope_theta": 500000.0,
              "max_position_embeddings": 77, "tie_word_embeddings": true, "attention_bias": true, "mlp_bias": true,
              "initializer_range": 0.5, "eos_token_id": [5, 7],
              "rope_scaling": { "rope_type": "llama3", "factor": 32.0, "low_freq_factor": 2.0, "high_freq_factor": 8.0,
                                "original_max_position_embeddings": 4096 } }
            """
        );

        Assert.Equal((100, 32, 64, 2, 4), (c.VocabularySize, c.HiddenSize, c.FeedForwardSize, c.Layers, c.Heads));
        Assert.Equal(
            (2, 16, 0.001, 500_000.0, 77),
            (c.KeyValueHeads, c.HeadSize, c.NormEpsilon, c.RopeTheta, c.MaxPositions)
        );
        Assert.True(c.TieEmbeddings && c.AttentionBias && c.FeedForwardBias);
        Assert.Equal(0.5, c.InitializerRange);
        Assert.Equal([5, 7], c.EndTokens);
        Assert.Equal(
            new RopeScaling
            {
                Kind = RopeScalingKind.Llama3,
                Factor = 32,
                LowFrequencyFactor = 2,
                HighFrequencyFactor = 8,
                OriginalMaxPositions = 4096,
            },
            c.RopeScaling
        );
    }

    [Theory]
    [InlineData("""{ "rope_scaling": { "rope_type": "linear", "factor": 4.0 } }""", 10_000)]
    [InlineData("""{ "rope_scaling": { "type": "linear", "factor": 4.0 } }""", 10_000)]
    [InlineData("""{ "rope_theta": 5.0, "rope_parameters": { "rope_type": "linear", "factor": 4.0 } }""", 5)]
    [InlineData("""{ "rope_parameters": { "rope_type": "linear", "rope_theta": 7.0, "factor": 4.0 } }""", 7)]
    public void RopeSettings_AreReadInEveryFormThatFilesUse(string json, double theta)
    {
        var c = Read(json);

        Assert.Equal(new RopeScaling { Kind = RopeScalingKind.Linear, Factor = 4 }, c.RopeScaling);
        Assert.Equal(theta, c.RopeTheta);
    }

    [Theory]
    [InlineData("""{ "rope_scaling": null }""")]
    [InlineData("""{ "rope_scaling": { "rope_type": "default" } }""")]
    [InlineData("""{ "rope_parameters": { "rope_theta": 10000.0 } }""")]
    public void NoScaling_IsReadInEveryFormThatFilesUse(string json) =>
        Assert.Equal(new RopeScaling(), Read(json).RopeScaling);

    [Theory]
    [InlineData("""{ "model_type": "gpt2" }""", "the model type is 'gpt2'")]
    [InlineData("""{ "hidden_act": "gelu" }""", "'hidden_act' is 'gelu'; LLaMA uses 'silu'.")]
    [InlineData(
        """{ "rope_scaling": { "type": "yarn", "factor": 2.0 } }""",
        "the kind 'yarn' is not supported; supported are default, linear and llama3."
    )]
    [InlineData(
        """{ "rope_scaling": { "type": "dynamic", "factor": 2.0 } }""",
        "the kind 'dynamic' is not supported; supported are default, linear and llama3."
    )]
    [InlineData("""{ "rope_scaling": { "type": "linear" } }""", "the key 'factor' is missing; expected a number.")]
    [InlineData(
        """{ "rope_scaling": { "rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0 } }""",
        "the key 'original_max_position_embeddings' is missing; expected an integer."
    )]
    [InlineData(
        """{ "num_key_value_heads": 3 }""",
        "4 query heads cannot share 3 key-value heads evenly; KeyValueHeads must divide Heads."
    )]
    [InlineData("""{ "head_dim": 5 }""", "HeadSize must be even for rotary positions; got 5.")]
    [InlineData("""{ "rope_theta": 0.0 }""", "RopeTheta must be a number above 0.")]
    [InlineData("""{ "num_attention_heads": 0 }""", "Heads ('0') must be greater than or equal to '1'.")]
    public void WhatIsNotSupported_IsRefusedWithTheFileAndTheReason(string json, string reason)
    {
        var error = Assert.Throws<InvalidDataException>(() => Read(json));

        Assert.Contains("config.json", error.Message, StringComparison.Ordinal);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Json_KeepsEverything()
    {
        var c = TinyLlamas.Of("llama3") with { EndTokens = [1, 2], TieEmbeddings = true };

        var read = JsonSerializer.Deserialize<LlamaConfiguration>(JsonSerializer.Serialize(c))!;

        Assert.Equal(c with { EndTokens = [] }, read with { EndTokens = [] });
        Assert.Equal(c.EndTokens, read.EndTokens);
    }

    private static LlamaConfiguration Read(string changes)
    {
        var folder = Directory.CreateTempSubdirectory("llama-configuration");
        try
        {
            var json = JsonNode.Parse(Minimal)!.AsObject();
            foreach (var (key, value) in JsonNode.Parse(changes)!.AsObject())
            {
                json[key] = value?.DeepClone();
            }

            File.WriteAllText(Path.Combine(folder.FullName, "config.json"), JsonSerializer.Serialize(json));
            return LlamaConfiguration.FromFolder(folder.FullName);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
