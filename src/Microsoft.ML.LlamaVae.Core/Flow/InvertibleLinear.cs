using Microsoft.ML.LlamaVae.Layers;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static Microsoft.ML.LlamaVae.Layers.Numbers;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Flow;

/// <summary>u = P L U z, with P a fixed permutation, L unit lower and U upper triangular with a positive diagonal (Glow, LU form).</summary>
/// <remarks>
/// log|det| is the sum of the logarithms of U's diagonal, and the inverse is two triangular solves: neither costs O(D³).
/// Begins as the permutation P (our choice; Glow begins as a random rotation).
/// </remarks>
internal sealed class InvertibleLinear : nn.Module, IInvertible
{
    [ComponentName(Name = "permutation")]
    private readonly Permutation _permutation;

    // One matrix, as LAPACK stores it: L strictly below the diagonal, U strictly above, and on the diagonal log diag(U).
    [ComponentName(Name = "lu")]
    private readonly Parameter _lu; // [D, D]

    public InvertibleLinear(Permutation permutation)
        : base(nameof(InvertibleLinear))
    {
        _permutation = permutation;
        _lu = Initializer.Constant(0, permutation.Size, permutation.Size);
        RegisterComponents();
    }

    public int Size => _permutation.Size;

    public nn.Module Weights => this;

    public (Tensor Output, Tensor LogDetJacobian) Forward(Tensor input, Tensor? condition = null)
    {
        using var scope = NewDisposeScope();
        var logDiagonal = _lu.diagonal(); // [D]
        var x = input.matmul(Upper(logDiagonal).t()).matmul(Lower().t()); // [B, D]
        var (u, _) = _permutation.Forward(x);
        return (u.MoveToOuterDisposeScope(), logDiagonal.sum().expand(input.size(0)).MoveToOuterDisposeScope());
    }

    public (Tensor Output, Tensor LogDetJacobian) Inverse(Tensor input, Tensor? condition = null)
    {
        using var scope = NewDisposeScope();
        var logDiagonal = _lu.diagonal(); // [D]
        var (x, _) = _permutation.Inverse(input);
        var y = linalg.solve_triangular(Lower(), x.t(), upper: false, unitriangular: true); // [D, B]
        var z = linalg.solve_triangular(Upper(logDiagonal), y, upper: true).t(); // [B, D]
        return (z.MoveToOuterDisposeScope(), (-logDiagonal.sum()).expand(input.size(0)).MoveToOuterDisposeScope());
    }

    private Tensor Lower() => _lu.tril(-1).Plus(eye(Size, dtype: _lu.dtype, device: _lu.device)); // [D, D]

    private Tensor Upper(Tensor logDiagonal) => _lu.triu(1).Plus(logDiagonal.exp().diag()); // [D, D]
}
