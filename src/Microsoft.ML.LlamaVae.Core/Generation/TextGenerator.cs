using TorchSharp;
using static Microsoft.ML.LlamaVae.Layers.Numbers;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Generation;

/// <summary>Generates token by token, many rows at once, from a KV cache whose first slots are the latent memory.</summary>
/// <remarks>Letters: B rows, t tokens so far, L, Hkv, M, Dh as in <see cref="IMemoryDecoder"/>.</remarks>
internal static class TextGenerator
{
    /// <summary>Generates until every row has said an end token or has reached the limit.</summary>
    /// <param name="decoder">The decoder.</param>
    /// <param name="memory">[B, L, 2, Hkv, M, Dh], or null for the plain language model.</param>
    /// <param name="options">How to choose tokens.</param>
    /// <param name="start">The first input token of each row.</param>
    /// <param name="ends">A row stops after one of these; it is not part of the result.</param>
    /// <param name="seeds">The random stream of each row.</param>
    /// <param name="cancellationToken">Stops between two tokens.</param>
    /// <returns>The tokens of each row, in the order of the rows.</returns>
    public static IReadOnlyList<int[]> Generate(
        IMemoryDecoder decoder,
        Tensor? memory,
        GenerationOptions options,
        int start,
        IReadOnlyCollection<int> ends,
        IReadOnlyList<int> seeds,
        CancellationToken cancellationToken
    )
    {
        options.Validate();
        using var scope = NewDisposeScope();
        using var ungraded = no_grad();
        var batch = seeds.Count;
        var device = memory?.device ?? decoder.Weights.parameters().First().device;
        var room = Math.Max(0, decoder.MaxPositions - (int)(memory?.size(4) ?? 0));
        var limit = Math.Min(options.MaxTokens, room);
        using var state = decoder.Start(memory, batch, limit);
        var rows = seeds.Select((seed, i) => new GeneratedRow(i, seed)).ToList();
        var finished = new int[batch][];
        var next = full(batch, 1, Number(start), int64, device); // [b, 1]
        for (var t = 0; t < limit; t++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var step = NewDisposeScope();
            using var logits = decoder.Advance(next, state); // [b, V]
            var chosen = Choose(logits, rows, options);
            for (var i = 0; i < rows.Count; i++)
            {
                rows[i].Take((int)chosen[i], ends);
            }

            next = Continue(rows, chosen, state, finished, device).MoveToOuterDisposeScope();
            if (rows.Count == 0)
            {
                break;
            }
        }

        foreach (var row in rows)
        {
            finished[row.Index] = [.. row.Tokens];
        }

        return finished;
    }

    private static long[] Choose(Tensor logits, List<GeneratedRow> rows, GenerationOptions options)
    {
        var uniforms = options.Temperature > 0 ? rows.Select(row => row.Random.NextDouble()).ToArray() : [];
        using var scope = NewDisposeScope();
        var said = options.RepetitionPenalty == 1 ? null : Said(rows, logits.device);
        return TokenSampler.Choose(logits, said, options, uniforms).cpu().data<long>().ToArray();
    }

    // [b, t]. Rows that have ended repeat their last token until they leave: all have the same length.
    private static Tensor? Said(List<GeneratedRow> rows, Device device)
    {
        var length = rows.Max(row => row.Tokens.Count);
        var said = new long[rows.Count * length];
        for (var i = 0; i < rows.Count; i++)
        {
            for (var t = 0; t < length; t++)
            {
                said[i * length + t] =
                    rows[i].Tokens.Count == 0 ? 0 : rows[i].Tokens[Math.Min(t, rows[i].Tokens.Count - 1)];
            }
        }

        return length == 0 ? null : tensor(said, [rows.Count, length], device: device);
    }

    // The next input. Rows that have ended leave once they are a quarter of the batch: each leaving copies the cache.
    private static Tensor Continue(
        List<GeneratedRow> rows,
        long[] chosen,
        IDecoderState state,
        int[][] finished,
        Device device
    )
    {
        var ended = rows.Count(row => row.HasEnded);
        if (ended == rows.Count || ended * 4 >= rows.Count)
        {
            var kept = Enumerable.Range(0, rows.Count).Where(i => !rows[i].HasEnded).ToArray();
            foreach (var row in rows.Where(row => row.HasEnded))
            {
                finished[row.Index] = [.. row.Tokens];
            }

            if (kept.Length < rows.Count && kept.Length > 0)
            {
                state.Keep([.. kept.Select(i => (long)i)]);
            }

            chosen = [.. kept.Select(i => chosen[i])];
            rows.RemoveAll(row => row.HasEnded);
        }

        return tensor(chosen, [chosen.Length, 1], device: device); // [b, 1]
    }
}
