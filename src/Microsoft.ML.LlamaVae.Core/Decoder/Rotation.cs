using System.Numerics.Tensors;
using Microsoft.ML.LlamaVae.Native;
using TorchSharp;
using static Microsoft.ML.LlamaVae.Layers.Numbers;
using static TorchSharp.torch;
using Tensor = TorchSharp.torch.Tensor;

namespace Microsoft.ML.LlamaVae.Decoder;

/// <summary>The rotation of T positions, in the half-rotation form of the HuggingFace checkpoints. Owns its tensors.</summary>
/// <param name="Cos">[T, 1, Dh].</param>
/// <param name="Sin">[T, 1, Dh], negative in the first half.</param>
internal sealed record Rotation(Tensor Cos, Tensor Sin) : IDisposable
{
    /// <summary>x ⊙ cos + roll(x, Dh/2) ⊙ sin.</summary>
    /// <param name="heads">[B, T, heads, Dh].</param>
    /// <returns>The same shape; the caller owns it.</returns>
    public Tensor Apply(Tensor heads)
    {
        using var scope = NewDisposeScope();
        var turned = heads.roll(heads.size(3) / 2, 3); // [B, T, heads, Dh]
        return heads.mul(Cos).addcmul(turned, Sin, Number(1)).MoveToOuterDisposeScope();
    }

    /// <summary>The same for the numbers of one head, of tensors on the CPU in float32.</summary>
    /// <param name="head">[Dh].</param>
    /// <param name="position">Its position.</param>
    /// <param name="to">[Dh].</param>
    public unsafe void Apply(ReadOnlySpan<float> head, int position, Span<float> to)
    {
        var (size, half) = (head.Length, head.Length / 2);
        var at = (nint)position * size;
        var cos = new ReadOnlySpan<float>((float*)NativeTensor.Address(Cos) + at, size);
        var sin = new ReadOnlySpan<float>((float*)NativeTensor.Address(Sin) + at, size);
        head[half..].CopyTo(to);
        head[..half].CopyTo(to[half..]);
        TensorPrimitives.Multiply(to, sin, to);
        TensorPrimitives.MultiplyAdd(head, cos, to, to);
    }

    /// <summary>The same, out of every dispose scope: it lives until it is disposed.</summary>
    public Rotation Detach()
    {
        Cos.DetachFromDisposeScope();
        Sin.DetachFromDisposeScope();
        return this;
    }

    public void Dispose()
    {
        Cos.Dispose();
        Sin.Dispose();
    }
}
