using BenchmarkDotNet.Attributes;
using Microsoft.ML.LlamaVae.Decoder;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Benchmarks.Parts;

/// <summary>
/// Attention of one new token of one text in one layer of the small decoder: the packed path with rotations and storing, and libtorch's
/// without them.
/// </summary>
public class CachedAttention
{
    private static readonly LlamaConfiguration s_c = DecoderShape.Small.Configuration;
    private readonly PackedAttention _attention = new(s_c);
    private readonly PackedWorkspace _work = new(s_c);
    private readonly NativeRows _queryKeyValue = new(1, 3 * s_c.Heads * s_c.HeadSize);
    private readonly NativeRows _seen = new(1, s_c.Heads * s_c.HeadSize);
    private TextCache _text = null!;
    private Rotation _rotation = null!;
    private NativeRows _query = null!;
    private NativeRows _cache = null!;

    /// <summary>Slots of the cache, the new token's included.</summary>
    [Params(32, 512)]
    public int Slots { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _work.Prepare(1, Slots);
        _text = new TextCache(new MemoryShape(1, s_c.KeyValueHeads, s_c.HeadSize), Slots) { Filled = Slots - 1 };
        _rotation = new RotaryEmbedding(s_c).At(0, Slots, CPU, float32).Detach();
        _query = new NativeRows(s_c.Heads, s_c.HeadSize);
        _cache = new NativeRows(s_c.Heads * Slots, s_c.HeadSize);
    }

    [Benchmark(Description = "attention of a step by libtorch", Baseline = true)]
    public void Torch()
    {
        using var scope = NewDisposeScope();
        using var ungraded = no_grad();
        var query = _query.Numbers.view(1, s_c.Heads, 1, s_c.HeadSize); // [1, Hq, 1, Dh]
        var cache = _cache.Numbers.view(1, s_c.Heads, Slots, s_c.HeadSize); // [1, Hq, P, Dh]
        nn.functional.scaled_dot_product_attention(query, cache, cache);
    }

    [Benchmark(Description = "attention of a step, packed")]
    public void Packed() => _attention.Advance(_queryKeyValue.View, _seen.View, _text, 0, _rotation, _work);

    [GlobalCleanup]
    public void Cleanup()
    {
        _work.Dispose();
        _queryKeyValue.Dispose();
        _seen.Dispose();
        _text.Dispose();
        _rotation.Dispose();
        _query.Dispose();
        _cache.Dispose();
    }
}
