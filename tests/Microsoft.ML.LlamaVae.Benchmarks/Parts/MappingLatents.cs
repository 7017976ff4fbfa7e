using BenchmarkDotNet.Attributes;
using Microsoft.ML.LlamaVae.Decoder;
using Microsoft.ML.LlamaVae.Layers;
using TorchSharp;
using static TorchSharp.torch;
using Linear = Microsoft.ML.LlamaVae.Layers.Linear;

namespace Microsoft.ML.LlamaVae.Benchmarks.Parts;

/// <summary>Latents of 32 numbers to the small decoder's memory, and the bare linear map of the same size.</summary>
public class MappingLatents
{
    private const int LatentSize = 32;
    private const int Slots = 2;
    private LatentMemory _memory = null!;
    private Linear _linear = null!;
    private NativeRows _z = null!;

    /// <summary>B.</summary>
    [Params(1, 32)]
    public int Rows { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var c = DecoderShape.Small.Configuration;
        var shape = new MemoryShape(c.Layers, c.KeyValueHeads, c.HeadSize);
        using var generator = new Generator(1);
        var init = Initializer.From(generator);
        _memory = new LatentMemory(LatentSize, shape, Slots, hiddenSize: null, init);
        _linear = new Linear(LatentSize, Slots * shape.SizePerSlot, bias: true, init);
        _z = new NativeRows(Rows, LatentSize);
    }

    [Benchmark(Description = "latent to memory, the bare map", Baseline = true)]
    public void Linear()
    {
        using var ungraded = no_grad();
        _linear.call(_z.Numbers).Dispose();
    }

    [Benchmark(Description = "latent to memory")]
    public void Memory()
    {
        using var ungraded = no_grad();
        _memory.call(_z.Numbers).Dispose();
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _memory.Dispose();
        _linear.Dispose();
        _z.Dispose();
    }
}
