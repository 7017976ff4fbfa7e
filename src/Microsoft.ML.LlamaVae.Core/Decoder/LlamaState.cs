using TorchSharp;

namespace Microsoft.ML.LlamaVae.Decoder;

/// <summary>Keys and values of the plain path, with the rotations of all positions, made once: a step needs nothing from the host.</summary>
/// <param name="cache">Disposed with the state.</param>
/// <param name="rotation">Of the positions 0 … C − 1; disposed with the state.</param>
internal sealed class LlamaState(KeyValueCache cache, Rotation rotation) : ILlamaState
{
    public KeyValueCache Cache => cache;

    /// <inheritdoc/>
    public int Batch => cache.Batch;

    /// <inheritdoc/>
    public int Length => cache.Length;

    /// <inheritdoc/>
    public int Filled => cache.Filled;

    /// <inheritdoc/>
    public int Slots => cache.Slots;

    /// <summary>The rotation of the next T positions; the caller disposes it.</summary>
    public Rotation Next(int length) =>
        new(rotation.Cos.narrow(0, Filled, length), rotation.Sin.narrow(0, Filled, length)); // [T, 1, Dh]

    /// <inheritdoc/>
    public void Keep(ReadOnlySpan<long> rows) => cache.Keep(rows);

    /// <inheritdoc/>
    public void Dispose()
    {
        cache.Dispose();
        rotation.Dispose();
    }
}
