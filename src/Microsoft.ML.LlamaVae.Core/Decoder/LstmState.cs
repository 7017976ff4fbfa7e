using Microsoft.ML.LlamaVae.Layers;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Decoder;

/// <summary>The states of all layers of an LSTM, and the latent input that every further token gets. Owns its tensors.</summary>
internal sealed class LstmState : IDecoderState
{
    private readonly LstmCell[] _layers; // [B, H] each

    /// <summary>Takes ownership of the tensors.</summary>
    public LstmState(LstmCell[] layers, Tensor? latent)
    {
        _layers = [.. layers.Select(layer => Own(layer.Hidden, layer.Cell))];
        Latent = latent?.DetachFromDisposeScope();
        Batch = (int)layers[0].Hidden.size(0);
    }

    /// <summary>[B, 1, H], or null.</summary>
    public Tensor? Latent { get; private set; }

    /// <inheritdoc/>
    public int Batch { get; private set; }

    /// <inheritdoc/>
    public int Length { get; private set; }

    public LstmCell this[int layer] => _layers[layer];

    /// <summary>The state of a layer after more tokens; takes ownership.</summary>
    public void Set(int layer, LstmCell state)
    {
        _layers[layer].Hidden.Dispose();
        _layers[layer].Cell.Dispose();
        _layers[layer] = Own(state.Hidden, state.Cell);
    }

    /// <summary>Counts tokens that all layers have read now.</summary>
    public void Advance(int tokens) => Length += tokens;

    /// <inheritdoc/>
    public void Keep(ReadOnlySpan<long> rows)
    {
        using var scope = NewDisposeScope();
        using var ungraded = no_grad();
        var index = tensor(rows.ToArray(), device: _layers[0].Hidden.device);
        for (var layer = 0; layer < _layers.Length; layer++)
        {
            var (hidden, cell) = _layers[layer];
            Set(layer, new LstmCell(hidden.index_select(0, index), cell.index_select(0, index)));
        }

        if (Latent is { } all)
        {
            Latent = all.index_select(0, index).DetachFromDisposeScope();
            all.Dispose();
        }

        Batch = rows.Length;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var (hidden, cell) in _layers)
        {
            hidden.Dispose();
            cell.Dispose();
        }

        Latent?.Dispose();
    }

    private static LstmCell Own(Tensor hidden, Tensor cell) =>
        new(hidden.DetachFromDisposeScope(), cell.DetachFromDisposeScope());
}
