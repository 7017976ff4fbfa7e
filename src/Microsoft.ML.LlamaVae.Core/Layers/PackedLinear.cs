using System.Buffers;
using System.Numerics.Tensors;
using Microsoft.ML.LlamaVae.Kernels;
using Microsoft.ML.LlamaVae.Native;
using TorchSharp;
using static TorchSharp.torch;
using Tensor = TorchSharp.torch.Tensor;

namespace Microsoft.ML.LlamaVae.Layers;

/// <summary>Linear maps of the same input as one, for inference on the CPU: a copy of their weights as they are now, in panels.</summary>
/// <remarks>
/// A row's result doesn't depend on the rows beside it, to the last bit. Shared: the last owner to let go frees it.
/// Letters: N rows, I inputs, O outputs of all maps together, W outputs of a panel.
/// </remarks>
internal sealed unsafe class PackedLinear : IDisposable
{
    private static readonly PanelProduct s_product = PanelProduct.Widest;
    private readonly Func<(Tensor Weight, Tensor? Bias)>[] _maps;
    private readonly WeightStamp[] _stamps;
    private readonly Tensor _panels; // [O / W rounded up, I, W]
    private readonly float[] _bias; // [O], or empty
    private readonly int _outputs; // O
    private int _owners = 1;

    public PackedLinear(params Linear[] maps)
        : this([.. maps.Select(map => (Func<(Tensor, Tensor?)>)(() => (map.Weight, map.Bias)))]) { }

    /// <summary>A map without bias whose weight is not a <see cref="Linear"/>'s: a table that serves as the head.</summary>
    public PackedLinear(Func<Tensor> weight)
        : this([() => (weight(), null)]) { }

    private PackedLinear(Func<(Tensor Weight, Tensor? Bias)>[] maps)
    {
        using var scope = NewDisposeScope();
        using var ungraded = no_grad();
        _maps = maps;
        _stamps = [.. Stamps()];
        _panels = Pack([.. maps.Select(map => map().Weight)]).DetachFromDisposeScope();
        _outputs = (int)maps.Sum(map => map().Weight.size(0));
        _bias = [.. maps.SelectMany(map => map().Bias?.data<float>().ToArray() ?? [])];
    }

    /// <summary>Whether maps can be packed here, and a product of this input needs no gradient.</summary>
    public static bool Suits(Tensor input, Tensor weight) =>
        !is_grad_enabled()
        && input.device_type == DeviceType.CPU
        && weight.device_type == DeviceType.CPU
        && input.dtype == float32
        && weight.dtype == float32
        && NativeTensor.IsAvailable;

    /// <summary>A weight has changed, or was replaced, since this was made.</summary>
    public bool IsStale => !Stamps().SequenceEqual(_stamps);

    /// <summary>O, rounded up to whole panels.</summary>
    public int Width => (int)(_panels.size(0) * s_product.Width);

    /// <summary>Another owner, who disposes it too.</summary>
    public PackedLinear Share()
    {
        Interlocked.Increment(ref _owners);
        return this;
    }

    /// <summary>[..., I] → [..., O]; the caller owns it.</summary>
    public Tensor Call(Tensor input)
    {
        using var scope = NewDisposeScope();
        var x = input.contiguous(); // [N, I]
        var depth = (int)_panels.size(1);
        var count = (int)(x.numel() / depth);
        var y = empty(count, Width); // [N, O rounded up]
        var scratch = ArrayPool<float>.Shared.Rent(Math.Min(count, PanelProduct.BlockRows) * depth);
        fixed (float* start = scratch)
        {
            Call(
                new Rows((float*)NativeTensor.Address(x), count, depth),
                new Rows((float*)NativeTensor.Address(y), count, Width),
                start
            );
        }

        ArrayPool<float>.Shared.Return(scratch);
        return y.narrow(1, 0, _outputs).view([.. input.shape[..^1], _outputs]).MoveToOuterDisposeScope();
    }

    /// <summary>y = x Wᵀ + b.</summary>
    /// <param name="x">[N, I].</param>
    /// <param name="y">[N, <see cref="Width"/>].</param>
    /// <param name="scratch">See <see cref="PanelProduct.Multiply"/>.</param>
    public void Call(Rows x, Rows y, float* scratch)
    {
        var (count, depth) = ((int)_panels.size(0), (int)_panels.size(1));
        var panels = new Panels((float*)NativeTensor.Address(_panels), count, depth, (nint)depth * s_product.Width);
        s_product.Multiply(x, panels, y, scratch, null, get_num_threads());
        for (var row = 0; _bias.Length > 0 && row < y.Count; row++)
        {
            var numbers = y[row][.._bias.Length];
            TensorPrimitives.Add(numbers, _bias, numbers);
        }
    }

    public void Dispose()
    {
        if (Interlocked.Decrement(ref _owners) == 0)
        {
            _panels.Dispose();
        }
    }

    // The originals of a mapped checkpoint need no memory while the copy does their work.
    private static Tensor Pack(Tensor[] weights)
    {
        using var scope = NewDisposeScope();
        var joined = weights.Length == 1 ? weights[0] : cat(weights, 0); // [O, I]
        var missing = s_product.Pad((int)joined.size(0)) - joined.size(0);
        var whole = missing == 0 ? joined : nn.functional.pad(joined, [0, 0, 0, missing]); // [O rounded up, I]
        var panels = empty(whole.size(0) / s_product.Width, whole.size(1), s_product.Width);
        panels.copy_(whole.reshape(-1, s_product.Width, whole.size(1)).transpose(1, 2));
        foreach (var weight in weights)
        {
            FilePages.Release(weight);
        }

        return panels.MoveToOuterDisposeScope();
    }

    private IEnumerable<WeightStamp> Stamps() =>
        _maps
            .SelectMany(map => map() is var (weight, bias) && bias is null ? [weight] : new[] { weight, bias! })
            .Select(WeightStamp.Of);
}
