using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Decoder;

/// <summary>The texts of <see cref="PackedLlama"/>: each has its own length, so that one can start anew while others go on.</summary>
/// <remarks>Letters: B texts, b some of them, C slots of each, M memory slots, P slots filled of the longest, Hkv key-value heads, Dh head size.</remarks>
internal sealed class PackedState : ILlamaState
{
    private readonly RotaryEmbedding _rotary;
    private readonly int _memorySlots;
    private readonly List<TextCache> _texts;

    /// <param name="model">Used until the state is disposed.</param>
    /// <param name="configuration">Of the model.</param>
    /// <param name="batch">B.</param>
    /// <param name="prefix">By layer [B, Hkv, M, Dh]; empty for none.</param>
    /// <param name="rotation">Of the positions 0 … C − 1; the state disposes it.</param>
    /// <param name="rotary">Rotates memories.</param>
    public PackedState(
        PackedLlama model,
        LlamaConfiguration configuration,
        int batch,
        LayerMemory[] prefix,
        Rotation rotation,
        RotaryEmbedding rotary
    )
    {
        (Model, Rotation, _rotary) = (model, rotation, rotary);
        Slots = (int)rotation.Cos.size(0);
        Work = new PackedWorkspace(configuration);
        _memorySlots = prefix.Length == 0 ? 0 : (int)prefix[0].Keys.size(2);
        var shape = new MemoryShape(configuration.Layers, configuration.KeyValueHeads, configuration.HeadSize);
        _texts = [.. Enumerable.Range(0, batch).Select(_ => new TextCache(shape, Slots))];
        Begin([.. Enumerable.Range(0, batch).Select(row => (long)row)], prefix);
    }

    public PackedLlama Model { get; }

    public IReadOnlyList<TextCache> Texts => _texts;

    /// <summary>Of the positions 0 … C − 1.</summary>
    public Rotation Rotation { get; }

    public PackedWorkspace Work { get; }

    /// <inheritdoc/>
    public int Slots { get; }

    /// <inheritdoc/>
    public int Batch => _texts.Count;

    /// <inheritdoc/>
    public int Length => Filled - _memorySlots;

    /// <inheritdoc/>
    public int Filled => _texts.Max(text => text.Filled);

    /// <summary>Counts tokens that all layers have now.</summary>
    public void Advance(int length)
    {
        foreach (var text in _texts)
        {
            text.Filled += length;
        }
    }

    /// <inheritdoc/>
    public bool CanRestart => true;

    /// <inheritdoc/>
    public void Restart(ReadOnlySpan<long> rows, Tensor? memory)
    {
        using var scope = NewDisposeScope();
        using var ungraded = no_grad();
        Begin(rows, memory is null ? [] : LayerMemory.Split(memory.to(float32), _rotary));
    }

    /// <inheritdoc/>
    public void Keep(ReadOnlySpan<long> rows)
    {
        TextCache[] kept = [.. rows.ToArray().Select(row => _texts[(int)row])];
        foreach (var text in _texts.Except(kept))
        {
            text.Dispose();
        }

        _texts.Clear();
        _texts.AddRange(kept);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var text in _texts)
        {
            text.Dispose();
        }

        Rotation.Dispose();
        Work.Dispose();
        Model.Dispose();
    }

    // prefix: by layer [b, Hkv, M, Dh]
    private void Begin(ReadOnlySpan<long> rows, LayerMemory[] prefix)
    {
        LayerMemory[] contiguous =
        [
            .. prefix.Select(layer => new LayerMemory(layer.Keys.contiguous(), layer.Values.contiguous())),
        ];
        for (var i = 0; i < rows.Length; i++)
        {
            _texts[(int)rows[i]].Begin(contiguous, i);
        }
    }
}
