using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static Microsoft.ML.LlamaVae.Layers.Numbers;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Flow;

/// <summary>T = T_n ∘ … ∘ T₁: the blocks one after the other; their log-determinants add up.</summary>
internal sealed class InvertibleSequence : nn.Module, IInvertible
{
    private readonly IInvertible[] _blocks;

    [ComponentName(Name = "blocks")]
    private readonly ModuleList<nn.Module> _weights;

    /// <exception cref="ArgumentException">There is no block, or their sizes differ.</exception>
    public InvertibleSequence(params IInvertible[] blocks)
        : base(nameof(InvertibleSequence))
    {
        var sizes = blocks.Select(block => block.Size).Distinct().ToArray();
        Size =
            sizes.Length == 1
                ? sizes[0]
                : throw new ArgumentException(
                    $"A sequence needs blocks of one size; got {(sizes.Length == 0 ? "no block" : $"sizes {string.Join(", ", sizes)}")}.",
                    nameof(blocks)
                );
        _blocks = blocks;
        _weights = new ModuleList<nn.Module>([.. blocks.Select(block => block.Weights)]);
        RegisterComponents();
    }

    public int Size { get; }

    public nn.Module Weights => this;

    public (Tensor Output, Tensor LogDetJacobian) Forward(Tensor input, Tensor? condition = null) =>
        Run(_blocks, (block, x) => block.Forward(x, condition), input);

    public (Tensor Output, Tensor LogDetJacobian) Inverse(Tensor input, Tensor? condition = null) =>
        Run(_blocks.Reverse(), (block, x) => block.Inverse(x, condition), input);

    /// <summary>Each block sees the batch as the blocks before it, already initialised, leave it.</summary>
    public void Initialize(Tensor input, Tensor? condition = null)
    {
        using var ungraded = no_grad();
        using var scope = NewDisposeScope();
        var x = input; // [B, D]
        foreach (var block in _blocks)
        {
            block.Initialize(x, condition);
            (x, _) = block.Forward(x, condition);
        }
    }

    private static (Tensor Output, Tensor LogDetJacobian) Run(
        IEnumerable<IInvertible> blocks,
        Func<IInvertible, Tensor, (Tensor Output, Tensor LogDetJacobian)> apply,
        Tensor input
    )
    {
        using var scope = NewDisposeScope();
        var x = input; // [B, D]
        var sum = zeros(input.size(0), input.dtype, input.device); // [B]
        foreach (var block in blocks)
        {
            (x, var logDet) = apply(block, x);
            sum = sum.Plus(logDet);
        }

        return (x.MoveToOuterDisposeScope(), sum.MoveToOuterDisposeScope());
    }
}
