using Microsoft.ML.LlamaVae.Layers;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static Microsoft.ML.LlamaVae.Layers.Numbers;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Flow;

/// <summary>u = (z − center) ⊙ exp(logScale): a learned affine map of each dimension, begun as the standardisation of a first batch (Glow).</summary>
/// <remarks>The identity until <see cref="Initialize"/>. That it was initialised is part of the state, so a checkpoint restores it.</remarks>
internal sealed class ActNorm : nn.Module, IInvertible
{
    // A spread below this part of the size of the values is rounding, and dividing by it would blow it up.
    private const double SmallestSpread = 1e-6;

    [ComponentName(Name = "center")]
    private readonly Parameter _center; // [D]

    [ComponentName(Name = "log_scale")]
    private readonly Parameter _logScale; // [D]

    [ComponentName(Name = "is_initialized")]
    private readonly Tensor _isInitialized = zeros([], @bool).DetachFromDisposeScope(); // scalar

    public ActNorm(int size)
        : base(nameof(ActNorm))
    {
        Size = size;
        _center = Initializer.Constant(0, size);
        _logScale = Initializer.Constant(0, size);
        RegisterComponents();
    }

    public int Size { get; }

    public nn.Module Weights => this;

    public bool IsInitialized => _isInitialized.item<bool>();

    public (Tensor Output, Tensor LogDetJacobian) Forward(Tensor input, Tensor? condition = null)
    {
        using var scope = NewDisposeScope();
        var u = (input - _center) * _logScale.exp(); // [B, D]
        var logDet = _logScale.sum().expand(input.size(0)); // [B]
        return (u.MoveToOuterDisposeScope(), logDet.MoveToOuterDisposeScope());
    }

    public (Tensor Output, Tensor LogDetJacobian) Inverse(Tensor input, Tensor? condition = null)
    {
        using var scope = NewDisposeScope();
        var z = (input * (-_logScale).exp()).Plus(_center); // [B, D]
        var logDet = (-_logScale.sum()).expand(input.size(0)); // [B]
        return (z.MoveToOuterDisposeScope(), logDet.MoveToOuterDisposeScope());
    }

    /// <summary>Centres each dimension of the batch and gives it unit variance; a dimension that doesn't vary is centred only.</summary>
    /// <remarks>Waits for another batch where this one has a single row: its spread is unknown.</remarks>
    public void Initialize(Tensor input, Tensor? condition = null)
    {
        if (IsInitialized || input.size(0) < 2)
        {
            return;
        }

        using var ungraded = no_grad();
        using var scope = NewDisposeScope();
        var mean = input.mean([0]); // [D]
        var std = input.var(0, unbiased: false).sqrt(); // [D]
        var varies = std > Number(SmallestSpread) * mean.abs().Plus(Number(SmallestSpread)); // [D]
        _center.copy_(mean);
        _logScale.copy_(where(varies, -std.log(), zeros_like(std)));
        _isInitialized.fill_(Number(1));
    }
}
