using Microsoft.ML.LlamaVae.Layers;
using TorchSharp;
using TorchSharp.Utils;
using static Microsoft.ML.LlamaVae.Layers.Numbers;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Flow;

/// <summary>u_i = z_{index(i)}: a fixed order of the dimensions, so that the next coupling changes others. |det| = 1.</summary>
/// <remarks>The order is part of the state, so a checkpoint restores it.</remarks>
internal sealed class Permutation : nn.Module, IInvertible
{
    [ComponentName(Name = "index")]
    private readonly Tensor _index; // [D], int64

    private Permutation(Tensor index)
        : base(nameof(Permutation))
    {
        _index = index;
        RegisterComponents();
    }

    public int Size => (int)_index.size(0);

    public nn.Module Weights => this;

    /// <summary>An order drawn at random.</summary>
    public static Permutation Random(int size, Initializer init) => new(init.Permutation(size));

    /// <summary>The last dimension first.</summary>
    public static Permutation Reversed(int size) =>
        new(arange(Number(size - 1), Number(-1), Number(-1), int64).DetachFromDisposeScope());

    /// <summary>The order as it is.</summary>
    public static Permutation Identity(int size) =>
        new(arange(Number(0), Number(size), Number(1), int64).DetachFromDisposeScope());

    public (Tensor Output, Tensor LogDetJacobian) Forward(Tensor input, Tensor? condition = null) =>
        (input.index_select(1, _index), zeros(input.size(0), input.dtype, input.device));

    public (Tensor Output, Tensor LogDetJacobian) Inverse(Tensor input, Tensor? condition = null)
    {
        using var scope = NewDisposeScope();
        var z = input.index_select(1, _index.argsort()); // [B, D]
        return (z.MoveToOuterDisposeScope(), zeros(input.size(0), input.dtype, input.device).MoveToOuterDisposeScope());
    }
}
