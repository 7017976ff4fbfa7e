using BenchmarkDotNet.Attributes;
using Microsoft.ML.LlamaVae.Decoder;
using Microsoft.ML.LlamaVae.Kernels;
using Microsoft.ML.LlamaVae.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Benchmarks.Parts;

/// <summary>A few rows times a matrix of the small decoder: packed in panels, and by libtorch.</summary>
public unsafe class Products
{
    private Linear _linear = null!;
    private PackedLinear _packed = null!;
    private NativeRows _x = null!;
    private NativeRows _y = null!;
    private NativeRows _scratch = null!;

    /// <summary>Which matrix.</summary>
    [Params("query-key-value", "output", "gate-up", "down", "head")]
    public string Matrix { get; set; } = "";

    /// <summary>N.</summary>
    [Params(1, 8, 32, 96)]
    public int Rows { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var c = DecoderShape.Small.Configuration;
        var (inputs, outputs) = Matrix switch
        {
            "query-key-value" => (c.HiddenSize, (c.Heads + 2 * c.KeyValueHeads) * c.HeadSize),
            "output" => (c.Heads * c.HeadSize, c.HiddenSize),
            "gate-up" => (c.HiddenSize, 2 * c.FeedForwardSize),
            "down" => (c.FeedForwardSize, c.HiddenSize),
            _ => (c.HiddenSize, c.VocabularySize),
        };
        using var generator = new Generator(1);
        _linear = new Linear(inputs, outputs, bias: false, Initializer.From(generator));
        _packed = new PackedLinear(_linear);
        _x = new NativeRows(Rows, inputs);
        _y = new NativeRows(Rows, _packed.Width);
        _scratch = new NativeRows(PanelProduct.BlockRows, inputs);
    }

    [Benchmark(Description = "product by libtorch", Baseline = true)]
    public void Torch()
    {
        using var ungraded = no_grad();
        _linear.call(_x.Numbers).Dispose();
    }

    [Benchmark(Description = "product in panels")]
    public void Packed() => _packed.Call(_x.View, _y.View, _scratch.View.Start);

    [GlobalCleanup]
    public void Cleanup()
    {
        _packed.Dispose();
        _linear.Dispose();
        _x.Dispose();
        _y.Dispose();
        _scratch.Dispose();
    }
}
