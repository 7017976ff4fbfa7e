using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Decoder;

/// <summary>GPT-2's keys and values, and the latent embedding that every further token gets.</summary>
internal sealed class Gpt2State(KeyValueCache cache, Tensor? latent) : IDecoderState
{
    private Tensor? _latent = latent?.DetachFromDisposeScope();

    public KeyValueCache Cache => cache;

    /// <summary>[B, 1, H], or null.</summary>
    public Tensor? Latent => _latent;

    /// <inheritdoc/>
    public int Batch => cache.Batch;

    /// <inheritdoc/>
    public int Length => cache.Length;

    /// <inheritdoc/>
    public void Keep(ReadOnlySpan<long> rows)
    {
        cache.Keep(rows);
        if (_latent is { } all)
        {
            using var scope = NewDisposeScope();
            using var ungraded = no_grad();
            _latent = all.index_select(0, tensor(rows.ToArray(), device: all.device)).DetachFromDisposeScope();
            all.Dispose();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        cache.Dispose();
        _latent?.Dispose();
    }
}
