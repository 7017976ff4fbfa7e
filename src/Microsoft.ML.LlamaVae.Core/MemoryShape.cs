using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae;

/// <summary>The sizes of a decoder that its latent memory must match.</summary>
/// <param name="Layers">L: the places where the memory enters. For a LLaMA its layers; other decoders may have one more, for the token embeddings.</param>
/// <param name="KeyValueHeads">Hkv.</param>
/// <param name="HeadSize">Dh.</param>
public readonly record struct MemoryShape(int Layers, int KeyValueHeads, int HeadSize)
{
    /// <summary>Numbers per memory slot: 2 (key and value) · L · Hkv · Dh.</summary>
    public int SizePerSlot => 2 * Layers * KeyValueHeads * HeadSize;

    /// <summary>M of a memory [B, L, 2, Hkv, M, Dh]; 0 where there is none.</summary>
    /// <exception cref="ArgumentException">It has another shape.</exception>
    internal int SlotsOf(Tensor? memory, long batch)
    {
        if (memory is null)
        {
            return 0;
        }

        return
            memory.dim() == 6
            && memory.shape is var s
            && (s[0], s[1], s[2], s[3], s[5]) == (batch, Layers, 2, KeyValueHeads, HeadSize)
            ? (int)s[4]
            : throw new ArgumentException(
                $"The memory must be [{batch}, {Layers}, 2, {KeyValueHeads}, M, {HeadSize}]; got [{string.Join(", ", memory.shape)}]. Make it with this decoder's MemoryShape.",
                nameof(memory)
            );
    }
}
