using Microsoft.ML.LlamaVae.Native;
using TorchSharp;
using static Microsoft.ML.LlamaVae.Layers.Numbers;
using static TorchSharp.torch;
using Linear = Microsoft.ML.LlamaVae.Layers.Linear;

namespace Microsoft.ML.LlamaVae.Decoder;

/// <summary>
/// Linear maps of the same input, for inference on the CPU. Several rows go through one weight in oneDNN's layout: a copy, made
/// when they first come, as the weights are then. One row is a matter of reading the weights once, which the plain product
/// does best, from the weights themselves.
/// </summary>
/// <remarks>Letters: N rows, I inputs, O outputs of all maps together.</remarks>
internal sealed class PackedLinear : IDisposable
{
    private readonly Func<(Tensor Weight, Tensor? Bias)>[] _maps;
    private readonly WeightStamp[] _stamps;
    private readonly Lazy<(Tensor Weight, Tensor? Bias)> _packed; // [O, I] packed, [O]

    public PackedLinear(params Linear[] maps)
        : this([.. maps.Select(map => (Func<(Tensor, Tensor?)>)(() => (map.Weight, map.Bias)))]) { }

    /// <summary>A map without bias whose weight is not a <see cref="Linear"/>'s: a table that serves as the head.</summary>
    public PackedLinear(Func<Tensor> weight)
        : this([() => (weight(), null)]) { }

    private PackedLinear(Func<(Tensor Weight, Tensor? Bias)>[] maps)
    {
        _maps = maps;
        _stamps = [.. Stamps()];
        _packed = new Lazy<(Tensor, Tensor?)>(Pack);
    }

    /// <summary>A weight has changed, or was replaced, since this was made.</summary>
    public bool IsStale => !Stamps().SequenceEqual(_stamps);

    /// <summary>x [N, I] → x Wᵀ + b [N, O].</summary>
    public Tensor Call(Tensor x) => IsOne(x) ? CallOne(x) : OneDnn.Linear(x, _packed.Value.Weight, _packed.Value.Bias);

    /// <summary>x [N, I] → silu(x Wᵀ + b) [N, O].</summary>
    public Tensor CallSilu(Tensor x) =>
        IsOne(x) ? CallOne(x).silu_() : OneDnn.LinearSilu(x, _packed.Value.Weight, _packed.Value.Bias);

    /// <summary>x [N, I] → x Wᵀ + b + other [N, O].</summary>
    public Tensor CallPlus(Tensor x, Tensor other) =>
        IsOne(x)
            ? CallOne(x).add_(other, Number(1))
            : OneDnn.LinearPlus(x, _packed.Value.Weight, _packed.Value.Bias, other);

    /// <summary>x [N, I] → (x Wᵀ + b) ⊙ other [N, O].</summary>
    public Tensor CallTimes(Tensor x, Tensor other) =>
        IsOne(x) ? CallOne(x).mul_(other) : OneDnn.LinearTimes(x, _packed.Value.Weight, _packed.Value.Bias, other);

    public void Dispose()
    {
        if (_packed.IsValueCreated)
        {
            _packed.Value.Weight.Dispose();
            _packed.Value.Bias?.Dispose();
        }
    }

    private static bool IsOne(Tensor x) => x.size(0) == 1;

    private Tensor CallOne(Tensor x) =>
        Join([.. _maps.Select(map => nn.functional.linear(x, map().Weight, map().Bias))], 1); // [1, O]

    // The originals of a mapped checkpoint need no memory while the copy does their work.
    private (Tensor Weight, Tensor? Bias) Pack()
    {
        using var scope = NewDisposeScope();
        using var ungraded = no_grad();
        var weights = _maps.Select(map => map().Weight).ToArray();
        var packed = OneDnn.Pack(Join(weights, 0)).DetachFromDisposeScope();
        foreach (var weight in weights)
        {
            FilePages.Release(weight);
        }

        var bias = _maps[0]().Bias is null ? null : Join([.. _maps.Select(map => map().Bias!)], 0);
        return (packed, bias?.alias().DetachFromDisposeScope());
    }

    private static Tensor Join(Tensor[] parts, long dimension) => parts.Length == 1 ? parts[0] : cat(parts, dimension);

    private IEnumerable<WeightStamp> Stamps() =>
        _maps
            .SelectMany(map => map() is var (weight, bias) && bias is null ? [weight] : new[] { weight, bias! })
            .Select(WeightStamp.Of);
}
