using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Decoder;

/// <summary>What stands in front of the text in one layer: rotated keys and values. Belongs to the scope it was made in.</summary>
/// <param name="Keys">[B, Hkv, P, Dh].</param>
/// <param name="Values">[B, Hkv, P, Dh].</param>
internal readonly record struct LayerMemory(Tensor Keys, Tensor Values)
{
    /// <summary>A latent memory as each layer's keys and values; keys are rotated to the positions 0 … M−1.</summary>
    /// <param name="memory">[B, L, 2, Hkv, M, Dh], of the type and on the device of the decoder.</param>
    /// <param name="rotary">The decoder's positions.</param>
    public static LayerMemory[] Split(Tensor memory, RotaryEmbedding rotary)
    {
        using var rotation = rotary.At(0, (int)memory.size(4), memory.device, memory.dtype);
        var layers = new LayerMemory[memory.size(1)];
        for (var layer = 0; layer < layers.Length; layer++)
        {
            var own = memory.select(1, layer); // [B, 2, Hkv, M, Dh]
            var keys = rotation.Apply(own.select(1, 0).transpose(1, 2)).transpose(1, 2); // [B, Hkv, M, Dh]
            layers[layer] = new LayerMemory(keys, own.select(1, 1));
        }

        return layers;
    }
}
