using BenchmarkDotNet.Attributes;
using Microsoft.ML.LlamaVae.Decoder;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Benchmarks.Parts;

/// <summary>A whole step of the small decoder, behind texts of up to 64 tokens.</summary>
public class DecodeSteps
{
    private const int Capacity = 64;
    private LlamaDecoder _decoder = null!;
    private IDecoderState _state = null!;
    private Tensor _next = null!; // [B, 1]

    /// <summary>B.</summary>
    [Params(1, 8)]
    public int Batch { get; set; }

    [GlobalSetup(Target = nameof(Plain))]
    public void SetupPlain() => Setup(packs: false);

    [GlobalSetup(Target = nameof(Packed))]
    public void SetupPacked() => Setup(packs: true);

    [Benchmark(Description = "decode step, plain", Baseline = true)]
    public void Plain() => Step();

    [Benchmark(Description = "decode step, packed")]
    public void Packed() => Step();

    private void Setup(bool packs)
    {
        using var generator = new Generator(1);
        _decoder = LlamaDecoder.Create(DecoderShape.Small.Configuration, generator, packs);
        _state = _decoder.Start(null, Batch, Capacity);
        _next = ones([Batch, 1], int64).DetachFromDisposeScope();
    }

    // Once in 64 steps a new state: that is part of what texts cost.
    private void Step()
    {
        if (_state.Length == Capacity)
        {
            _state.Dispose();
            _state = _decoder.Start(null, Batch, Capacity);
        }

        _decoder.Advance(_next, _state).Dispose();
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _state.Dispose();
        _next.Dispose();
        _decoder.Dispose();
    }
}
