namespace Microsoft.ML.LlamaVae;

/// <summary>The sizes of a decoder that its latent memory must match.</summary>
/// <param name="Layers">L.</param>
/// <param name="KeyValueHeads">Hkv.</param>
/// <param name="HeadSize">Dh.</param>
public readonly record struct MemoryShape(int Layers, int KeyValueHeads, int HeadSize)
{
    /// <summary>Numbers per memory slot: 2 (key and value) · L · Hkv · Dh.</summary>
    public int SizePerSlot => 2 * Layers * KeyValueHeads * HeadSize;
}
