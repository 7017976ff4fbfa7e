using BenchmarkDotNet.Attributes;
using Microsoft.ML.LlamaVae.Checkpoints;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Benchmarks.Parts;

/// <summary>A safetensors file of 16 MB in 16 tensors, warm in the file cache: opened, read to memory, and mapped.</summary>
public class ReadingWeights
{
    private const int Tensors = 16;
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.safetensors");
    private readonly Parameter _target = new(zeros(512, 512));

    [GlobalSetup]
    public void Setup()
    {
        using var scope = NewDisposeScope();
        SafetensorsWriter.WriteFile(
            _path,
            [.. Enumerable.Range(0, Tensors).Select(i => ($"w{i}", ones(512, 512)))] // 1 MB each
        );
    }

    [Benchmark(Description = "16 MB of weights: File.ReadAllBytes", Baseline = true)]
    public int Bytes() => File.ReadAllBytes(_path).Length;

    [Benchmark(Description = "16 MB of weights: read")]
    public void Read()
    {
        using var file = SafetensorsFile.Open(_path);
        for (var i = 0; i < Tensors; i++)
        {
            file.Read($"w{i}").Dispose();
        }
    }

    [Benchmark(Description = "16 MB of weights: map")]
    public void Map()
    {
        using var file = SafetensorsFile.Open(_path);
        for (var i = 0; i < Tensors; i++)
        {
            file.LoadInto($"w{i}", _target);
        }
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _target.Dispose();
        File.Delete(_path);
    }
}
