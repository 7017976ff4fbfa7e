using Microsoft.ML.LlamaVae.Checkpoints;
using TorchSharp;
using static Microsoft.ML.LlamaVae.Layers.Numbers;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Tests.Checkpoints;

public sealed class CheckpointFolderTests
{
    private const string Index = "model.safetensors.index.json";

    [Fact]
    public void Open_FindsTheTensorsOfAllShards()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        SafetensorsWriter.WriteFile(folder["1.safetensors"], [("a", ones(2)), ("b", zeros(3))]);
        SafetensorsWriter.WriteFile(folder["2.safetensors"], [("c", full(4, Number(7.0)))]);
        folder.With(Index, () => """{"weight_map":{"a":"1.safetensors","b":"1.safetensors","c":"2.safetensors"}}""");

        using var checkpoint = CheckpointFolder.Open(folder.FullName);
        var c = empty(4);
        checkpoint.LoadInto("c", c);

        Assert.Equal(["a", "b", "c"], checkpoint.Names.Order(StringComparer.Ordinal));
        Assert.Equal([7, 7, 7, 7], Numeric.Values(c));
    }

    [Fact]
    public void Open_NamesTheShard_ThatIsMissing()
    {
        using var folder = new TemporaryFolder();
        folder.With(Index, () => """{"weight_map":{"a":"model-00002-of-00003.safetensors"}}""");

        var error = Assert.Throws<FileNotFoundException>(() => CheckpointFolder.Open(folder.FullName));

        Assert.Contains(
            "'model-00002-of-00003.safetensors', which is missing",
            error.Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Open_NamesTheTensor_ThatAShardLacks()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        SafetensorsWriter.WriteFile(folder["1.safetensors"], [("a", ones(2))]);
        folder.With(Index, () => """{"weight_map":{"a":"1.safetensors","b":"1.safetensors"}}""");

        var error = Assert.Throws<InvalidDataException>(() => CheckpointFolder.Open(folder.FullName));

        Assert.Contains("1.safetensors' lacks the tensor 'b'", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{", "not valid JSON")]
    [InlineData("[]", "must hold a JSON object")]
    [InlineData("{}", "the key 'weight_map' is missing; expected an object of strings")]
    [InlineData("""{"weight_map":[]}""", "'weight_map' is []; expected an object of strings")]
    [InlineData("""{"weight_map":{"a":1}}""", "expected an object of strings")]
    [InlineData("""{"weight_map":{"a":null}}""", "expected an object of strings")]
    public void Open_SaysWhatIsWrongWithAnIndex(string index, string expected)
    {
        using var folder = new TemporaryFolder();
        folder.With(Index, () => index);

        var error = Assert.Throws<InvalidDataException>(() => CheckpointFolder.Open(folder.FullName));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Contains(folder[Index], error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_StaysInItsFolder_WhateverTheIndexSays()
    {
        using var scope = NewDisposeScope();
        using var outside = new TemporaryFolder();
        using var folder = new TemporaryFolder();
        SafetensorsWriter.WriteFile(outside["x.safetensors"], [("a", ones(2))]);
        var path = outside["x.safetensors"].Replace('\\', '/');
        folder.With(Index, () => $$$"""{"weight_map":{"a":"{{{path}}}"}}""");

        Assert.Throws<FileNotFoundException>(() => CheckpointFolder.Open(folder.FullName));
    }

    [Theory]
    [InlineData("pytorch_model.bin")]
    [InlineData("model.pt")]
    [InlineData("consolidated.00.pth")]
    public void Open_RefusesPickles_AndSaysHowToConvertThem(string name)
    {
        using var folder = new TemporaryFolder();
        folder.With(name, () => "PK");

        var error = Assert.Throws<InvalidDataException>(() => CheckpointFolder.Open(folder.FullName));

        Assert.Contains($"'{folder[name]}' is a PyTorch pickle", error.Message, StringComparison.Ordinal);
        Assert.Contains("save_file(w, 'model.safetensors')", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_ReadsSafetensors_WherePicklesLieBesideThem()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        SafetensorsWriter.WriteFile(folder["model.safetensors"], [("a", ones(2))]);
        folder.With("pytorch_model.bin", () => "PK");

        using var checkpoint = CheckpointFolder.Open(folder.FullName);

        Assert.True(checkpoint.Contains("a"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("nowhere")]
    public void Open_SaysSo_WhereThereIsNoCheckpoint(string name)
    {
        using var folder = new TemporaryFolder();

        var error = Assert.Throws<FileNotFoundException>(() => CheckpointFolder.Open(folder[name]));

        Assert.Contains(
            "holds neither model.safetensors nor model.safetensors.index.json",
            error.Message,
            StringComparison.Ordinal
        );
    }
}
