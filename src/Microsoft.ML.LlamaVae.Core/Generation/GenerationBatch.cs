using Microsoft.ML.LlamaVae.Tokenization;
using TorchSharp;
using static Microsoft.ML.LlamaVae.Layers.Numbers;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Generation;

/// <summary>Texts that are generated side by side, each in a place of its own.</summary>
/// <remarks>Letters: B places, b some of them, V vocabulary.</remarks>
internal sealed class GenerationBatch : IDisposable
{
    private readonly IMemoryDecoder _decoder;
    private readonly GenerationOptions _options;
    private readonly int _start;
    private readonly int _limit;
    private readonly Device _device;
    private readonly IDecoderState _state;
    private readonly SaidTokens? _said;
    private readonly List<GeneratedRow> _rows;
    private Tensor _next; // [B, 1]: what the decoder reads next

    /// <param name="decoder">The decoder.</param>
    /// <param name="texts">The B texts.</param>
    /// <param name="options">How to choose tokens.</param>
    /// <param name="start">The first input token of each text.</param>
    /// <param name="device">Where the decoder is.</param>
    public GenerationBatch(
        IMemoryDecoder decoder,
        TextRequest texts,
        GenerationOptions options,
        int start,
        Device device
    )
    {
        (_decoder, _options, _start, _device) = (decoder, options, start, device);
        var memory = texts.Memory(); // [B, L, 2, Hkv, M, Dh]
        var slots = (int)(memory?.size(4) ?? 0); // M
        _limit = Math.Min(options.MaxTokens, Math.Max(0, decoder.MaxPositions - slots));
        _rows = [.. Rows(texts)];
        _next = full(texts.Count, 1, Number(start), int64, device).DetachFromDisposeScope();
        _said =
            options.RepetitionPenalty == 1
                ? null
                : new SaidTokens(texts.Count, Math.Max(1, _limit), options.RepetitionPenalty, device);
        _state = decoder.Start(memory, texts.Count, _limit);
    }

    /// <summary>No text is left.</summary>
    public bool IsEmpty => _rows.Count == 0;

    /// <summary>Whether a finished text's place can be taken by another one.</summary>
    public bool CanRestart => _state.CanRestart;

    /// <summary>The places of finished texts.</summary>
    public int[] Free => [.. Enumerable.Range(0, _rows.Count).Where(place => _rows[place].IsDone)];

    /// <summary>The texts that have finished since the last time.</summary>
    public GeneratedText[] Deliver() =>
        [.. _rows.Where(row => row.IsDone && !row.IsDelivered).Select(row => row.Deliver())];

    /// <summary>The next tokens of every text: so many at most, fewer where a place ends before.</summary>
    public void Step(int most, IReadOnlyCollection<int> ends)
    {
        using var scope = NewDisposeScope();
        var steps = Math.Min(most, _limit - _rows.Max(row => row.Steps));
        if (steps == 0)
        {
            return; // the memory leaves no room for a token
        }

        var uniforms = Draw(steps); // [steps, B]
        var chosen = new Tensor[steps]; // [B, 1] each
        for (var t = 0; t < steps; t++)
        {
            using var step = NewDisposeScope();
            var logits = _decoder.Advance(t == 0 ? _next : chosen[t - 1], _state); // [B, V]
            var scores = _said is null ? logits.to(float32) : _said.Penalise(logits.to(float32)); // [B, V]
            chosen[t] = TokenSampler.Choose(scores, _options, uniforms?[t]).unsqueeze(1).MoveToOuterDisposeScope();
            _said?.Add(chosen[t], [.. _rows.Select(row => row.Steps + t == 0)]);
        }

        // The one time that the host waits for the device.
        var tokens = cat(chosen, 1).cpu().data<long>().ToArray(); // [B · steps]
        for (var i = 0; i < tokens.Length; i++)
        {
            _rows[i / steps].Take((int)tokens[i], ends);
        }

        Replace(chosen[^1]);
    }

    /// <summary>Lets other texts take the places of finished ones.</summary>
    /// <param name="places">b of the places.</param>
    /// <param name="texts">The b texts.</param>
    public void Restart(int[] places, TextRequest texts)
    {
        using var scope = NewDisposeScope();
        long[] index = [.. places.Select(place => (long)place)];
        _state.Restart(index, texts.Memory());
        _said?.Restart(index);
        _next.index_fill_(0, tensor(index, device: _device), Number(_start));
        foreach (var (place, row) in places.Zip(Rows(texts)))
        {
            _rows[place] = row;
        }
    }

    /// <summary>Lets finished texts go: once they are a quarter of the batch, since each leaving copies the cache, or where a place is full.</summary>
    public void Leave(int[] places)
    {
        if (places.Length * 4 < _rows.Count && !places.Any(place => _rows[place].Steps >= _limit))
        {
            return;
        }

        var kept = Enumerable.Range(0, _rows.Count).Except(places).ToArray();
        if (kept.Length is > 0 && kept.Length < _rows.Count)
        {
            using var scope = NewDisposeScope();
            long[] index = [.. kept.Select(place => (long)place)];
            _state.Keep(index);
            _said?.Keep(index);
            Replace(_next.index_select(0, tensor(index, device: _device)));
        }

        GeneratedRow[] staying = [.. kept.Select(place => _rows[place])];
        _rows.Clear();
        _rows.AddRange(staying);
    }

    private IEnumerable<GeneratedRow> Rows(TextRequest texts) =>
        texts.Ids.Zip(texts.Seeds, (id, seed) => new GeneratedRow(id, seed, _limit));

    // Each row draws from its own stream, ahead for all steps: what it draws after its end, nobody takes.
    private Tensor? Draw(int steps)
    {
        if (_options.Temperature == 0)
        {
            return null;
        }

        var uniforms = new double[steps * _rows.Count];
        for (var i = 0; i < uniforms.Length; i++)
        {
            uniforms[i] = _rows[i % _rows.Count].Random.NextDouble();
        }

        return tensor(uniforms, [steps, _rows.Count]).SendTo(_device);
    }

    private void Replace(Tensor next)
    {
        _next.Dispose();
        _next = next.alias().DetachFromDisposeScope();
    }

    public void Dispose()
    {
        _state.Dispose();
        _said?.Dispose();
        _next.Dispose();
    }
}
