using Microsoft.ML.LlamaVae.Layers;
using TorchSharp;
using TorchSharp.Utils;
using static Microsoft.ML.LlamaVae.Layers.Numbers;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Flow;

/// <summary>
/// u₁ = z₁, u₂ = z₂ ⊙ exp(s) + t, where (s̃, t) = NN(z₁, c) and s = α·tanh(s̃/α): one half moves as the other half and the
/// condition say (RealNVP; the condition as in Ardizzone et al. 2019).
/// </summary>
/// <remarks>
/// z₁ has the first ⌊D/2⌋ dimensions, z₂ the other ⌈D/2⌉. Begins as the identity. |s| &lt; α bounds what a block can
/// stretch, which keeps the inverse accurate.
/// </remarks>
internal sealed class AffineCoupling : nn.Module, IInvertible
{
    [ComponentName(Name = "conditioner")]
    private readonly Conditioner _conditioner;
    private readonly int _fixed;
    private readonly int _moved;
    private readonly int _conditionSize;
    private readonly double _clamp;

    /// <param name="size">D.</param>
    /// <param name="conditionSize">C; 0 where the block takes no condition.</param>
    /// <param name="hiddenSize">Width of the conditioner.</param>
    /// <param name="clamp">α.</param>
    /// <param name="init">Draws the conditioner's weights.</param>
    /// <exception cref="ArgumentException">D is 1 and there is no condition: nothing is left for the block to look at.</exception>
    public AffineCoupling(int size, int conditionSize, int hiddenSize, double clamp, Initializer init)
        : base(nameof(AffineCoupling))
    {
        Size = size;
        _fixed = size / 2;
        _moved = size - _fixed;
        _conditionSize = conditionSize;
        _clamp = clamp;
        if (_fixed + conditionSize == 0)
        {
            throw new ArgumentException(
                "A coupling of one dimension without a condition has nothing to look at. Give it the condition, or leave the coupling out.",
                nameof(size)
            );
        }

        _conditioner = new Conditioner(_fixed + conditionSize, hiddenSize, 2 * _moved, init);
        RegisterComponents();
    }

    public int Size { get; }

    public nn.Module Weights => this;

    public (Tensor Output, Tensor LogDetJacobian) Forward(Tensor input, Tensor? condition = null)
    {
        using var scope = NewDisposeScope();
        var z1 = input.narrow(1, 0, _fixed); // [B, ⌊D/2⌋]
        var z2 = input.narrow(1, _fixed, _moved); // [B, ⌈D/2⌉]
        var (s, t) = ScaleAndShift(z1, condition);
        var u = cat([z1, (z2 * s.exp()).Plus(t)], 1); // [B, D]
        return (u.MoveToOuterDisposeScope(), s.sum(1).MoveToOuterDisposeScope());
    }

    public (Tensor Output, Tensor LogDetJacobian) Inverse(Tensor input, Tensor? condition = null)
    {
        using var scope = NewDisposeScope();
        var u1 = input.narrow(1, 0, _fixed); // [B, ⌊D/2⌋]
        var u2 = input.narrow(1, _fixed, _moved); // [B, ⌈D/2⌉]
        var (s, t) = ScaleAndShift(u1, condition);
        var z = cat([u1, (u2 - t) * (-s).exp()], 1); // [B, D]
        return (z.MoveToOuterDisposeScope(), (-s.sum(1)).MoveToOuterDisposeScope());
    }

    private (Tensor S, Tensor T) ScaleAndShift(Tensor half, Tensor? condition)
    {
        var seen = _conditionSize == 0 ? half : cat([half, Required(condition)], 1); // [B, ⌊D/2⌋ + C]
        var both = _conditioner.call(seen); // [B, 2·⌈D/2⌉]
        var s = Number(_clamp) * (both.narrow(1, 0, _moved) / Number(_clamp)).tanh(); // [B, ⌈D/2⌉]
        return (s, both.narrow(1, _moved, _moved));
    }

    private Tensor Required(Tensor? condition) =>
        condition is not null && condition.dim() == 2 && condition.size(1) == _conditionSize
            ? condition
            : throw new ArgumentException(
                $"The coupling was made for a condition [B, {_conditionSize}]; got "
                    + (condition is null ? "none." : $"[{string.Join(", ", condition.shape)}]."),
                nameof(condition)
            );
}
