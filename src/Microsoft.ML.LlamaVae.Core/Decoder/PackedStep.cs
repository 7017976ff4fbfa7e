using TorchSharp;
using static Microsoft.ML.LlamaVae.Layers.Numbers;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Decoder;

/// <summary>What all layers share while T new tokens of every row pass: their angles, their slots in the cache, what they may see.</summary>
/// <remarks>Letters: B rows, T new tokens, N = B·T, P slots filled of the longest row, C slots, Hkv key-value heads, Dh head size.</remarks>
/// <param name="Batch">B.</param>
/// <param name="Length">T.</param>
/// <param name="Slots">P, the new tokens included.</param>
/// <param name="Cos">[N, 1, Dh].</param>
/// <param name="Sin">[N, 1, Dh], negative in the first half.</param>
/// <param name="Places">[N]: row · C + slot.</param>
/// <param name="Mask">[B, 1, T, P], 0 or −∞; null where every token sees all P slots.</param>
internal sealed record PackedStep(int Batch, int Length, int Slots, Tensor Cos, Tensor Sin, Tensor Places, Tensor? Mask)
{
    /// <summary>Rotates heads [N, heads, Dh] in place.</summary>
    public void Rotate(Tensor heads)
    {
        var turned = heads.roll(heads.size(2) / 2, 2); // [N, heads, Dh]
        heads.mul_(Cos).addcmul_(turned, Sin, Number(1));
    }

    /// <summary>Writes keys and values [N, 2 Hkv, Dh] of the new tokens into a cache [B, C, 2 Hkv, Dh].</summary>
    public void Store(Tensor keyValues, Tensor cache) =>
        cache.view(-1, cache.size(2), cache.size(3)).index_copy_(0, Places, keyValues);
}
