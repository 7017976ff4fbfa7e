using BenchmarkDotNet.Attributes;
using Microsoft.ML.LlamaVae.Decoder;
using Microsoft.ML.LlamaVae.Layers;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Benchmarks.Parts;

/// <summary>The RMS norm of the packed path and that of the plain one.</summary>
public class Norms
{
    private readonly RmsNorm _norm = new(DecoderShape.Small.Configuration.HiddenSize, 1e-5);
    private NativeRows _x = null!;
    private NativeRows _y = null!;

    /// <summary>N.</summary>
    [Params(1, 32)]
    public int Rows { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _x = new NativeRows(Rows, DecoderShape.Small.Configuration.HiddenSize);
        _y = new NativeRows(Rows, DecoderShape.Small.Configuration.HiddenSize);
    }

    [Benchmark(Description = "RMS norm, plain", Baseline = true)]
    public void Plain()
    {
        using var ungraded = no_grad();
        _norm.call(_x.Numbers).Dispose();
    }

    [Benchmark(Description = "RMS norm, packed")]
    public void Packed() => PackedBlock.Normalise(_x.View, _norm, DecoderShape.Small.Configuration, _y.View);

    [GlobalCleanup]
    public void Cleanup()
    {
        _norm.Dispose();
        _x.Dispose();
        _y.Dispose();
    }
}
