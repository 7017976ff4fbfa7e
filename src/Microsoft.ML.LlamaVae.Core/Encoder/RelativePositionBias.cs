using Microsoft.ML.LlamaVae.Layers;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Encoder;

/// <summary>T5's attention bias: a learned number per head and bucket of the distance key − query.</summary>
/// <remarks>
/// Half of the buckets are for keys behind, half for keys ahead. Of each half the first half are exact distances, the
/// rest grow logarithmically up to the largest distance.
/// </remarks>
internal sealed class RelativePositionBias : nn.Module
{
    [ComponentName(Name = "weight")]
    private readonly Parameter _weight; // [buckets, heads]
    private readonly int _buckets;
    private readonly int _maxDistance;

    public RelativePositionBias(SentenceT5Configuration c, Initializer init)
        : base(nameof(RelativePositionBias))
    {
        _buckets = c.RelativePositionBuckets;
        _maxDistance = c.RelativePositionMaxDistance;
        _weight = init.Normal(1 / Math.Sqrt(c.HiddenSize), _buckets, c.Heads);
        RegisterComponents();
    }

    /// <summary>[1, heads, S, S]; the caller owns it.</summary>
    public Tensor For(int length)
    {
        using var scope = NewDisposeScope();
        long[] buckets = [.. Enumerable.Range(1 - length, 2 * length - 1).Select(Bucket)]; // distances 1−S … S−1
        var distances = _weight.index_select(0, tensor(buckets, device: _weight.device)).t(); // [heads, 2S−1]
        // Window i holds the distances i+1−S … i; query q sees −q … S−1−q, which is the window S−1−q.
        return distances.unfold(1, length, 1).flip(1).unsqueeze(0).MoveToOuterDisposeScope();
    }

    /// <summary>The bucket of a distance key − query.</summary>
    internal long Bucket(int distance)
    {
        var half = _buckets / 2;
        var offset = distance > 0 ? half : 0;
        var far = Math.Abs(distance);
        var exact = half / 2;
        if (far < exact)
        {
            return offset + far;
        }

        // In float32, as the models were trained.
        var log = MathF.Log((float)far / exact) / MathF.Log((float)_maxDistance / exact) * (half - exact);
        return offset + Math.Min(half - 1, exact + (int)log);
    }
}
