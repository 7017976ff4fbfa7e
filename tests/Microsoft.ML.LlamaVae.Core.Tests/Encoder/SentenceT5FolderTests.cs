using Microsoft.ML.LlamaVae.Checkpoints;
using Microsoft.ML.LlamaVae.Encoder;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Tests.Encoder;

/// <summary>The many shapes in which checkpoints come, all made from one reference folder.</summary>
public sealed class SentenceT5FolderTests
{
    private const string Model = "model.safetensors";
    private const string Table = "shared.weight";
    private const string Alias = "encoder.embed_tokens.weight";

    private static readonly string s_reference = Path.Combine(
        AppContext.BaseDirectory,
        "Fixtures",
        "reference",
        "sentence-t5-gated"
    );

    [Fact]
    public void Weights_HaveTheNamesOfTheCheckpoint()
    {
        using var encoder = SentenceT5Encoder.Load(s_reference);
        using var file = SafetensorsFile.Open(Path.Combine(s_reference, Model));
        using var dense = SafetensorsFile.Open(Path.Combine(s_reference, "2_Dense", Model));

        var expected = file.Entries.Concat(dense.Entries).Select(entry => entry.Name).Where(name => name != Alias);

        Assert.Equal(expected.Order(StringComparer.Ordinal), encoder.state_dict().Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Load_IsTheSame_FromShards()
    {
        using var scope = NewDisposeScope();
        using var folder = Copy();
        var tensors = Tensors();
        var shards = tensors
            .Select((tensor, i) => (tensor, Shard: $"model-0000{i % 3 + 1}-of-00003.safetensors"))
            .ToLookup(pair => pair.Shard, pair => pair.tensor);
        foreach (var shard in shards)
        {
            SafetensorsWriter.WriteFile(folder[shard.Key], [.. shard]);
        }

        var map = shards.SelectMany(shard => shard.Select(tensor => $"\"{tensor.Name}\":\"{shard.Key}\""));
        File.Delete(folder[Model]);
        folder.With($"{Model}.index.json", () => $$$"""{"metadata":{},"weight_map":{{{{string.Join(',', map)}}}}}""");

        AssertSame(folder, tolerance: 0);
    }

    [Fact]
    public void Load_IsTheSame_WhereTheTableHasItsOtherName()
    {
        using var scope = NewDisposeScope();
        using var folder = Copy();
        var named = Tensors().Where(t => t.Name != Alias).Select(t => (t.Name == Table ? Alias : t.Name, t.Value));
        SafetensorsWriter.WriteFile(folder[Model], [.. named]);

        AssertSame(folder, tolerance: 0);
    }

    [Fact]
    public void Load_IsTheSame_FromAWholeT5_WithItsDecoder()
    {
        using var scope = NewDisposeScope();
        using var folder = Copy();
        SafetensorsWriter.WriteFile(
            folder[Model],
            [.. Tensors(), ("decoder.final_layer_norm.weight", ones(64)), ("lm_head.weight", ones(199, 64))]
        );

        AssertSame(folder, tolerance: 0);
    }

    [Fact]
    public void Load_IsTheSame_WhereTheTransformerHasItsOwnFolder()
    {
        using var scope = NewDisposeScope();
        using var folder = Copy();
        folder.With(s_reference, "0_Transformer");
        File.Delete(folder["config.json"]);
        File.Delete(folder[Model]);
        Modules(
            folder,
            ("0_Transformer", "Transformer"),
            ("1_Pooling", "Pooling"),
            ("2_Dense", "Dense"),
            ("", "Normalize")
        );

        AssertSame(folder, tolerance: 0);
    }

    [Theory]
    [InlineData(ScalarType.BFloat16, 0.02)]
    [InlineData(ScalarType.Float16, 0.002)]
    [InlineData(ScalarType.Float64, 0)]
    public void Load_IsAboutTheSame_FromWeightsOfAnotherType(ScalarType stored, double tolerance)
    {
        using var scope = NewDisposeScope();
        using var folder = Copy();
        SafetensorsWriter.WriteFile(folder[Model], [.. Tensors().Select(t => (t.Name, t.Value.to(stored)))]);

        AssertSame(folder, tolerance);
    }

    [Fact]
    public void Load_KeepsWeightsInTheTypeThatIsAskedFor()
    {
        using var scope = NewDisposeScope();
        using var ungraded = no_grad();
        using var encoder = SentenceT5Encoder.Load(s_reference, ScalarType.BFloat16);
        using var exact = SentenceT5Encoder.Load(s_reference);
        var (ids, mask) = Inputs();

        var difference = encoder.Encode(ids, mask).to(float32) - exact.Encode(ids, mask);

        Assert.All(encoder.parameters(), p => Assert.Equal(ScalarType.BFloat16, p.dtype));
        Assert.InRange(difference.abs().max().item<float>(), 1e-6, 0.03);
    }

    [Fact]
    public void SaveAndLoad_GivesTheSameBits()
    {
        using var scope = NewDisposeScope();
        using var folder = Copy();
        using (var encoder = SentenceT5Encoder.Load(s_reference))
        {
            var weights = encoder.state_dict().Select(weight => (weight.Key, weight.Value));
            SafetensorsWriter.WriteFile(folder[Model], [.. weights.Where(weight => weight.Key != "linear.weight")]);
        }

        AssertSame(folder, tolerance: 0);
    }

    [Fact]
    public void PlainT5Folder_HasNoProjection_AndIsNormalised()
    {
        using var scope = NewDisposeScope();
        using var ungraded = no_grad();
        using var folder = Copy();
        File.Delete(folder["modules.json"]);
        using var encoder = SentenceT5Encoder.Load(folder.FullName);
        var (ids, mask) = Inputs();

        Assert.Equal(64, encoder.EmbeddingSize);
        Assert.All(Numeric.Values(encoder.Encode(ids, mask).norm(1)), length => Assert.Equal(1, length, 1e-5));
    }

    [Fact]
    public void Normalize_IsLeftOut_WhereModulesJsonHasNone()
    {
        using var folder = Copy();
        Modules(folder, ("", "Transformer"), ("1_Pooling", "Pooling"), ("2_Dense", "Dense"));

        var configuration = SentenceT5Configuration.FromFolder(folder.FullName);

        Assert.False(configuration.Normalize);
        Assert.Equal(48, configuration.EmbeddingSize);
    }

    [Fact]
    public void Load_RefusesLayers_ThatTheConfigurationDoesNotHave()
    {
        using var folder = Copy();
        Change(folder["config.json"], "\"num_layers\": 3", "\"num_layers\": 2");

        var error = Assert.Throws<InvalidDataException>(() => SentenceT5Encoder.Load(folder.FullName).Dispose());

        Assert.Contains("'encoder.block.2.layer.0.", error.Message, StringComparison.Ordinal);
        Assert.Contains("has no place in the model", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_NamesTheWeights_WhereTheConfigurationIsOfTheOtherT5()
    {
        using var folder = Copy();
        Change(folder["config.json"], "gated-gelu", "relu");

        var error = Assert.Throws<InvalidDataException>(() => SentenceT5Encoder.Load(folder.FullName).Dispose());

        Assert.Contains("DenseReluDense.wi.weight' [112, 64] is missing", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_RefusesAPickledProjection()
    {
        using var folder = Copy();
        File.Move(folder[$"2_Dense/{Model}"], folder["2_Dense/pytorch_model.bin"]);

        var error = Assert.Throws<InvalidDataException>(() => SentenceT5Encoder.Load(folder.FullName).Dispose());

        Assert.Contains("pytorch_model.bin' is a PyTorch pickle", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_PoolsByTheFirstToken_WhereTheFolderSaysSo()
    {
        using var scope = NewDisposeScope();
        using var folder = Copy();
        var pooling = folder["1_Pooling/config.json"];
        Change(pooling, "\"pooling_mode_mean_tokens\": true", "\"pooling_mode_mean_tokens\": false");
        Change(pooling, "\"pooling_mode_cls_token\": false", "\"pooling_mode_cls_token\": true");

        Assert.Equal(T5Pooling.FirstToken, SentenceT5Configuration.FromFolder(folder.FullName).Pooling);
        Assert.Equal(T5Pooling.Mean, SentenceT5Configuration.FromFolder(s_reference).Pooling);
    }

    [Theory]
    [InlineData("config.json", "\"t5\"", "\"bert\"", "the model type is 'bert'; the encoder must be a 't5'")]
    [InlineData("config.json", "gated-gelu", "gated-silu", "'feed_forward_proj' is 'gated-silu'; supported are")]
    [InlineData("config.json", "d_model", "width", "the key 'd_model' is missing")]
    [InlineData("config.json", "\"num_heads\": 5", "\"num_heads\": 0", "a size is out of its range: Heads")]
    [InlineData(
        "1_Pooling/config.json",
        "\"pooling_mode_cls_token\": false",
        "\"pooling_mode_cls_token\": true",
        "the pooling is 'pooling_mode_cls_token and pooling_mode_mean_tokens', 'pooling_mode' 'mean'; supported are the mean"
    )]
    [InlineData(
        "1_Pooling/config.json",
        "\"pooling_mode_max_tokens\": false",
        "\"pooling_mode_lasttoken\": true",
        "and pooling_mode_lasttoken', 'pooling_mode' 'mean'; supported are the mean"
    )]
    [InlineData(
        "1_Pooling/config.json",
        "\"pooling_mode_mean_tokens\": true",
        "\"pooling_mode_mean_tokens\": false",
        "the pooling is '', 'pooling_mode' 'mean'; supported are the mean"
    )]
    [InlineData(
        "1_Pooling/config.json",
        "\"pooling_mode_mean_tokens\": true",
        "\"pooling_mode\": \"cls\"",
        "the pooling is 'pooling_mode_mean_tokens', 'pooling_mode' 'cls'; supported are the mean"
    )]
    [InlineData("2_Dense/config.json", "linear.Identity", "activation.ReLU", "supported are Identity and Tanh")]
    [InlineData(
        "2_Dense/config.json",
        "\"out_features\": 48",
        "\"out_features\": -48",
        "'out_features' is -48; expected a positive integer"
    )]
    [InlineData(
        "2_Dense/config.json",
        "\"out_features\": 48",
        "\"out_features\": 40",
        "'linear.weight' should be [40, 64] and is [48, 64]"
    )]
    [InlineData("2_Dense/config.json", "\"bias\": false", "\"bias\": true", "'linear.bias' [48] is missing")]
    [InlineData(
        "modules.json",
        "models.Normalize",
        "models.LayerNorm",
        "Transformer, Pooling, Dense, LayerNorm; supported are"
    )]
    [InlineData(
        "modules.json",
        "models.Normalize",
        "models.Dense",
        "Transformer, Pooling, Dense, Dense; supported are"
    )]
    [InlineData(
        "modules.json",
        "models.Pooling",
        "models.Dropout",
        "Transformer, Dropout, Dense, Normalize; supported are"
    )]
    [InlineData("modules.json", "\"sentence_transformers.models.Normalize\"", "null", "'type' is null")]
    [InlineData("modules.json", "\"path\": \"2_Dense\"", "\"path\": 2", "is not the module list")]
    [InlineData("modules.json", "[", "{", "is not the module list")]
    public void Load_SaysWhichFileAndWhatIsWrong(string file, string old, string changed, string expected)
    {
        using var folder = Copy();
        Change(folder[file], old, changed);

        var error = Assert.Throws<InvalidDataException>(() => SentenceT5Encoder.Load(folder.FullName).Dispose());

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Contains(Path.GetDirectoryName(folder[file])!, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("config.json")]
    [InlineData("1_Pooling/config.json")]
    [InlineData("2_Dense/config.json")]
    [InlineData(Model)]
    [InlineData("2_Dense/model.safetensors")]
    public void Load_NamesWhatIsMissing(string file)
    {
        using var folder = Copy();
        File.Delete(folder[file]);

        var error = Assert.Throws<FileNotFoundException>(() => SentenceT5Encoder.Load(folder.FullName).Dispose());

        Assert.Contains(Path.GetFileName(file), error.Message, StringComparison.Ordinal);
        Assert.Contains(Path.GetDirectoryName(folder[file])!, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_CanBeCancelled_AndLeavesNoTensorBehind()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;

        Assert.Throws<OperationCanceledException>(() =>
            SentenceT5Encoder.Load(s_reference, cancellationToken: source.Token)
        );

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    private static void AssertSame(TemporaryFolder folder, double tolerance)
    {
        using var scope = NewDisposeScope();
        using var ungraded = no_grad();
        using var reference = SentenceT5Encoder.Load(s_reference);
        using var encoder = SentenceT5Encoder.Load(folder.FullName);
        var (ids, mask) = Inputs();

        var difference = (encoder.Encode(ids, mask) - reference.Encode(ids, mask)).abs().max().item<float>();

        Assert.InRange(difference, 0, tolerance);
    }

    private static (Tensor Ids, Tensor Mask) Inputs()
    {
        using var file = SafetensorsFile.Open(Path.Combine(s_reference, "expected.safetensors"));
        return (file.Read("input_ids"), file.Read("attention_mask").to(ScalarType.Bool));
    }

    private static (string Name, Tensor Value)[] Tensors()
    {
        using var file = SafetensorsFile.Open(Path.Combine(s_reference, Model));
        return [.. file.Entries.Select(entry => (entry.Name, file.Read(entry.Name)))];
    }

    private static TemporaryFolder Copy()
    {
        var folder = new TemporaryFolder().With(s_reference);
        return folder
            .With(Path.Combine(s_reference, "1_Pooling"), "1_Pooling")
            .With(Path.Combine(s_reference, "2_Dense"), "2_Dense");
    }

    private static void Change(string file, string old, string changed)
    {
        var text = File.ReadAllText(file);
        Assert.Contains(old, text, StringComparison.Ordinal);
        File.WriteAllText(file, text.Replace(old, changed, StringComparison.Ordinal));
    }

    private static void Modules(TemporaryFolder folder, params (string Path, string Kind)[] modules)
    {
        var lines = modules.Select(m => $$"""{"path":"{{m.Path}}","type":"sentence_transformers.models.{{m.Kind}}"}""");
        folder.With("modules.json", () => $"[{string.Join(',', lines)}]");
    }
}
