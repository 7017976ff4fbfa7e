using Microsoft.ML.LlamaVae.Native;
using TorchSharp;
using static TorchSharp.torch;
using Linear = Microsoft.ML.LlamaVae.Layers.Linear;

namespace Microsoft.ML.LlamaVae.Decoder;

/// <summary>Linear maps of the same input, side by side in one weight of oneDNN's layout: a copy, as the weights were when it was made.</summary>
/// <remarks>Letters: N rows, I inputs, O outputs of all maps together.</remarks>
internal sealed class PackedLinear : IDisposable
{
    private readonly Func<Tensor>[] _sources;
    private readonly WeightStamp[] _stamps;
    private readonly Tensor _weight; // [O, I], packed
    private readonly Tensor? _bias; // [O]

    public PackedLinear(params Linear[] maps)
        : this([.. maps.SelectMany(Parameters)], [.. maps.Select(map => map.Weight)], [.. maps.Select(map => map.Bias)])
    { }

    /// <summary>A map without bias whose weight is not a <see cref="Linear"/>'s: a table that serves as the head.</summary>
    public PackedLinear(Func<Tensor> weight)
        : this([weight], [weight()], [null]) { }

    private PackedLinear(Func<Tensor>[] sources, Tensor[] weights, Tensor?[] biases)
    {
        using var scope = NewDisposeScope();
        using var ungraded = no_grad();
        _sources = sources;
        _stamps = [.. sources.Select(source => WeightStamp.Of(source()))];
        _weight = OneDnn.Pack(weights.Length == 1 ? weights[0] : cat(weights, 0)).DetachFromDisposeScope();
        _bias = biases[0] is null ? null : cat([.. biases.Select(bias => bias!)], 0).DetachFromDisposeScope();
    }

    /// <summary>A weight has changed, or was replaced, since it was packed.</summary>
    public bool IsStale
    {
        get
        {
            for (var i = 0; i < _sources.Length; i++)
            {
                if (WeightStamp.Of(_sources[i]()) != _stamps[i])
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>x [N, I] → x Wᵀ + b [N, O].</summary>
    public Tensor Call(Tensor x) => OneDnn.Linear(x, _weight, _bias);

    /// <summary>x [N, I] → silu(x Wᵀ + b) [N, O].</summary>
    public Tensor CallSilu(Tensor x) => OneDnn.LinearSilu(x, _weight, _bias);

    /// <summary>x [N, I] → x Wᵀ + b + other [N, O].</summary>
    public Tensor CallPlus(Tensor x, Tensor other) => OneDnn.LinearPlus(x, _weight, _bias, other);

    /// <summary>x [N, I] → (x Wᵀ + b) ⊙ other [N, O].</summary>
    public Tensor CallTimes(Tensor x, Tensor other) => OneDnn.LinearTimes(x, _weight, _bias, other);

    public void Dispose()
    {
        _weight.Dispose();
        _bias?.Dispose();
    }

    private static IEnumerable<Func<Tensor>> Parameters(Linear map) =>
        map.Bias is null ? [() => map.Weight] : [() => map.Weight, () => map.Bias!];
}
