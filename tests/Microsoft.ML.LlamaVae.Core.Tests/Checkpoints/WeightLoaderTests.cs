using Microsoft.ML.LlamaVae.Checkpoints;
using TorchSharp;
using TorchSharp.Modules;
using static Microsoft.ML.LlamaVae.Layers.Numbers;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Tests.Checkpoints;

public sealed class WeightLoaderTests
{
    [Fact]
    public void Load_ListsEverythingThatDoesNotFit_InOneError()
    {
        using var scope = NewDisposeScope();
        using var folder = Saved(("a", ones(2, 3)), ("extra", ones(4)), ("spare", ones(1)));
        using var checkpoint = CheckpointFolder.Open(folder.FullName);

        var error = Assert.Throws<InvalidDataException>(() =>
            WeightLoader.Load([("a", empty(3, 2)), ("b", empty(5))], checkpoint, name => name == "spare")
        );

        Assert.Equal(
            $"The weights in '{folder.FullName}' don't fit its configuration: "
                + "'a' should be [3, 2] and is [2, 3]; 'b' [5] is missing; 'extra' [4] has no place in the model.",
            error.Message
        );
    }

    [Fact]
    public void Load_ListsTenAndCountsTheRest()
    {
        using var scope = NewDisposeScope();
        using var folder = Saved(("a", ones(1)));
        using var checkpoint = CheckpointFolder.Open(folder.FullName);
        var targets = Enumerable.Range(0, 13).Select(i => ($"w{i}", empty(1))).ToArray();

        var error = Assert.Throws<InvalidDataException>(() => WeightLoader.Load(targets, checkpoint, _ => true));

        Assert.EndsWith("'w9' [1] is missing; and 3 more.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_ChangesNothing_WhereSomethingDoesNotFit()
    {
        using var scope = NewDisposeScope();
        using var folder = Saved(("a", ones(2)));
        using var checkpoint = CheckpointFolder.Open(folder.FullName);
        var a = zeros(2);

        Assert.Throws<InvalidDataException>(() =>
            WeightLoader.Load([("a", a), ("b", zeros(1))], checkpoint, _ => true)
        );

        Assert.Equal([0, 0], Numeric.Values(a));
    }

    [Theory]
    [InlineData(ScalarType.Float64, ScalarType.Float32)]
    [InlineData(ScalarType.Float16, ScalarType.Float32)]
    [InlineData(ScalarType.BFloat16, ScalarType.Float32)]
    [InlineData(ScalarType.Float32, ScalarType.BFloat16)]
    [InlineData(ScalarType.BFloat16, ScalarType.BFloat16)]
    public void Load_ConvertsAsTorchDoes(ScalarType stored, ScalarType wanted)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(3);
        var value = empty(8, 5, dtype: float32).normal_(0, 1, generator).to(stored);
        using var folder = Saved(("a", value));
        using var checkpoint = CheckpointFolder.Open(folder.FullName);
        var target = zeros(8, 5, dtype: wanted);

        WeightLoader.Load([("a", target)], checkpoint, _ => true);

        Assert.True(Numeric.AreEqual(value.to(wanted), target));
    }

    [Fact]
    public void Load_FillsTargetsThatAreNotContiguous()
    {
        using var scope = NewDisposeScope();
        var value = arange(Number(0), Number(6), Number(1), float32).view(2, 3);
        using var folder = Saved(("a", value));
        using var checkpoint = CheckpointFolder.Open(folder.FullName);
        var whole = zeros(3, 2);

        WeightLoader.Load([("a", whole.t())], checkpoint, _ => true);

        Assert.True(Numeric.AreEqual(value.t(), whole));
    }

    [Fact]
    public void Load_MakesParametersPagesOfTheFile_WhichTheyOutlive()
    {
        using var scope = NewDisposeScope();
        var value = arange(Number(0), Number(6), Number(1), float32).view(2, 3);
        using var folder = Saved(("a", value));
        var a = new Parameter(zeros(2, 3));
        var handle = a.Handle;

        using (var checkpoint = CheckpointFolder.Open(folder.FullName))
        {
            WeightLoader.Load([("a", a)], checkpoint, _ => true);
        }

        Assert.Equal(handle, a.Handle);
        Assert.True(a.requires_grad);
        Assert.True(Numeric.AreEqual(value, a));
        if (OperatingSystem.IsLinux())
        {
            Assert.Contains(
                File.ReadLines("/proc/self/maps"),
                line => line.EndsWith(folder["model.safetensors"], StringComparison.Ordinal)
            );
        }
    }

    [Fact]
    public void Learning_ChangesMappedParameters_AndNeverTheFile()
    {
        using var scope = NewDisposeScope();
        using var folder = Saved(("a", ones(4)));
        using var checkpoint = CheckpointFolder.Open(folder.FullName);
        var before = File.ReadAllBytes(folder["model.safetensors"]);
        var a = new Parameter(zeros(4));
        WeightLoader.Load([("a", a)], checkpoint, _ => true);
        a.sum().backward();

        using (no_grad())
        {
            a.sub_(a.grad!);
        }

        Assert.Equal([0, 0, 0, 0], Numeric.Values(a));
        Assert.Equal(before, File.ReadAllBytes(folder["model.safetensors"]));
    }

    // The format's writers align, the format doesn't ask for it: a byte in front moves the numbers off their places.
    [Fact]
    public void Load_Copies_WhatIsNotAligned()
    {
        using var scope = NewDisposeScope();
        var value = arange(Number(0), Number(6), Number(1), float32);
        using var folder = Saved(("byte", ones(1, dtype: uint8)), ("a", value));
        using var checkpoint = CheckpointFolder.Open(folder.FullName);
        var a = new Parameter(zeros(6));

        WeightLoader.Load([("a", a)], checkpoint, _ => true);

        Assert.True(Numeric.AreEqual(value, a));
    }

    [Fact]
    public void Load_ReportsTheWholeWay_AndLeavesNoTensorBehind()
    {
        using var scope = NewDisposeScope();
        using var folder = Saved(("a", ones(2, dtype: float16)), ("b", ones(2)));
        (string, Tensor)[] targets = [("a", zeros(2)), ("b", zeros(2))];
        var told = new List<double>();
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;

        using (var checkpoint = CheckpointFolder.Open(folder.FullName))
        {
            WeightLoader.Load(targets, checkpoint, _ => true, new Told(told));
        }

        Assert.Equal([0.5, 1], told);
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void Load_StopsBetweenTwoTensors_WhenItIsCancelled()
    {
        using var scope = NewDisposeScope();
        using var folder = Saved(("a", ones(2)), ("b", ones(2)));
        using var checkpoint = CheckpointFolder.Open(folder.FullName);
        using var source = new CancellationTokenSource();
        var (a, b) = (zeros(2), zeros(2));

        Assert.Throws<OperationCanceledException>(() =>
            WeightLoader.Load([("a", a), ("b", b)], checkpoint, _ => true, new Cancelling(source), source.Token)
        );

        Assert.Equal([1, 1], Numeric.Values(a));
        Assert.Equal([0, 0], Numeric.Values(b));
    }

    private static TemporaryFolder Saved(params (string Name, Tensor Value)[] tensors)
    {
        var folder = new TemporaryFolder();
        SafetensorsWriter.WriteFile(folder["model.safetensors"], tensors);
        return folder;
    }

    private sealed class Told(List<double> values) : IProgress<double>
    {
        public void Report(double value) => values.Add(value);
    }

    private sealed class Cancelling(CancellationTokenSource source) : IProgress<double>
    {
        public void Report(double value) => source.Cancel();
    }
}
