using BenchmarkDotNet.Attributes;
using Microsoft.ML.LlamaVae.Generation;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Benchmarks.Parts;

/// <summary>The next token of each row from logits over 32,000: the most likely, and drawn from the nucleus.</summary>
public class ChoosingTokens
{
    private static readonly GenerationOptions s_greedy = new();
    private static readonly GenerationOptions s_nucleus = new() { Temperature = 1, TopP = 0.9 };
    private static readonly GenerationOptions s_few = new()
    {
        Temperature = 1,
        TopK = 50,
        TopP = 0.9,
    };
    private NativeRows _logits = null!;
    private Tensor _uniforms = null!; // [B]

    /// <summary>B.</summary>
    [Params(1, 32)]
    public int Rows { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _logits = new NativeRows(Rows, DecoderShape.Small.Configuration.VocabularySize);
        _uniforms = full(Rows, 0.5.ToScalar(), float64).DetachFromDisposeScope();
    }

    [Benchmark(Description = "choose tokens, greedy", Baseline = true)]
    public void Greedy() => TokenSampler.Choose(_logits.Numbers, s_greedy, null).Dispose();

    [Benchmark(Description = "choose tokens, top-p")]
    public void Nucleus() => TokenSampler.Choose(_logits.Numbers, s_nucleus, _uniforms).Dispose();

    [Benchmark(Description = "choose tokens, top-k and top-p")]
    public void Few() => TokenSampler.Choose(_logits.Numbers, s_few, _uniforms).Dispose();

    [GlobalCleanup]
    public void Cleanup()
    {
        _logits.Dispose();
        _uniforms.Dispose();
    }
}
