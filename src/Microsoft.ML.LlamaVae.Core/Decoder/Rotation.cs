using TorchSharp;
using static Microsoft.ML.LlamaVae.Layers.Numbers;
using static TorchSharp.torch;

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
