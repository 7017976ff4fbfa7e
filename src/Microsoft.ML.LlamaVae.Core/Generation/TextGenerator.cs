using TorchSharp;
using static Microsoft.ML.LlamaVae.Layers.Numbers;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Generation;

/// <summary>
/// Generates any number of texts token by token, a batch at a time, from a KV cache whose first slots are the latent memory.
/// Continuous batching: where the decoder's state allows, a finished text's place is taken at once by the next one.
/// </summary>
/// <remarks>
/// A text doesn't depend on the batch it is in. Letters: B rows of the batch, b some of them, V vocabulary, L, Hkv, M, Dh as in
/// <see cref="IMemoryDecoder"/>.
/// </remarks>
/// <param name="decoder">The decoder.</param>
/// <param name="options">How to choose tokens.</param>
/// <param name="start">The first input token of each text.</param>
/// <param name="ends">A text stops after one of these; it is not part of the result.</param>
/// <param name="device">Where the decoder is.</param>
/// <param name="stride">Steps between two looks at the tokens; null for what suits the device.</param>
internal sealed class TextGenerator(
    IMemoryDecoder decoder,
    GenerationOptions options,
    int start,
    IReadOnlyCollection<int> ends,
    Device device,
    int? stride = null
)
{
    /// <summary>Texts in a batch where the caller doesn't say.</summary>
    public const int DefaultPlaces = 32;

    // A GPU is asked for the tokens of several steps at once: it must not wait for the host in between.
    private readonly int _stride = stride ?? (device.type == DeviceType.CUDA ? 8 : 1);

    /// <summary>Generates until every text has an end token or has reached the limit.</summary>
    /// <param name="memories">The memories [b, L, 2, Hkv, M, Dh] of texts (first, count), or null for the plain language model. Asked for once, in order.</param>
    /// <param name="seeds">The random stream of each text.</param>
    /// <param name="places">B.</param>
    /// <param name="cancellationToken">Stops between two steps.</param>
    /// <returns>The tokens of each text, in their order.</returns>
    public IReadOnlyList<int[]> Generate(
        Func<int, int, Tensor?> memories,
        IReadOnlyList<int> seeds,
        int places = DefaultPlaces,
        CancellationToken cancellationToken = default
    )
    {
        options.Validate();
        using var ungraded = no_grad();
        var texts = new int[seeds.Count][];
        for (var begun = 0; begun < texts.Length; )
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var count = Math.Min(places, texts.Length - begun);
            var memory = memories(begun, count); // [B, L, 2, Hkv, M, Dh]
            var limit = Math.Min(options.MaxTokens, Math.Max(0, decoder.MaxPositions - (int)(memory?.size(4) ?? 0)));
            using var batch = new GenerationBatch(
                decoder,
                memory,
                Rows(begun, count, limit),
                options,
                start,
                limit,
                device
            );
            begun += count;
            while (batch.Rows.Count > 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
                batch.Step(_stride, ends);
                var done = batch.Done;
                foreach (var place in done)
                {
                    texts[batch.Rows[place].Index] ??= [.. batch.Rows[place].Tokens];
                }

                var next = batch.CanRestart ? Math.Min(done.Length, texts.Length - begun) : 0;
                if (next > 0)
                {
                    using var added = NewDisposeScope();
                    batch.Restart(done[..next], memories(begun, next), Rows(begun, next, limit));
                    begun += next;
                }

                batch.Leave(done[next..]);
            }
        }

        return texts;

        GeneratedRow[] Rows(int first, int count, int limit) =>
            [.. Enumerable.Range(first, count).Select(i => new GeneratedRow(i, seeds[i], limit))];
    }
}
