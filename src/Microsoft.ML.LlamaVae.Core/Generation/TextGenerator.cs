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
        var texts = new int[seeds.Count][];
        var begun = 0;
        foreach (var text in Run(Next, places, cancellationToken))
        {
            texts[text.Id] = text.Tokens;
        }

        return texts;

        TextRequest Next(int most)
        {
            var (first, count) = (begun, Math.Min(most, texts.Length - begun));
            begun += count;
            return count == 0
                ? TextRequest.None
                : new TextRequest(
                    () => memories(first, count),
                    [.. Enumerable.Range(first, count).Select(i => (long)i)],
                    [.. seeds.Skip(first).Take(count)]
                );
        }
    }

    /// <summary>Generates one text after the other, each handed out as soon as it ends; the work is done while the result is enumerated.</summary>
    /// <param name="next">More texts, at most so many; asked for whenever places are free. None ends the run once no text is left in the batch.</param>
    /// <param name="places">B.</param>
    /// <param name="cancellationToken">Stops between two steps.</param>
    public IEnumerable<GeneratedText> Run(
        Func<int, TextRequest> next,
        int places = DefaultPlaces,
        CancellationToken cancellationToken = default
    )
    {
        options.Validate();
        return Texts();

        IEnumerable<GeneratedText> Texts()
        {
            while (Begin(next, places, cancellationToken) is { } batch)
            {
                using (batch)
                {
                    while (!batch.IsEmpty)
                    {
                        foreach (var text in Step(batch, cancellationToken))
                        {
                            yield return text;
                        }

                        Refill(batch, next);
                    }
                }
            }
        }
    }

    private GenerationBatch? Begin(Func<int, TextRequest> next, int places, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var texts = next(places); // the caller's own code may run here: under no scope of ours
        using var scope = NewDisposeScope();
        using var ungraded = no_grad();
        return texts.Count == 0 ? null : new GenerationBatch(decoder, texts, options, start, device);
    }

    private GeneratedText[] Step(GenerationBatch batch, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var ungraded = no_grad();
        batch.Step(_stride, ends);
        return batch.Deliver();
    }

    private static void Refill(GenerationBatch batch, Func<int, TextRequest> next)
    {
        var free = batch.Free;
        var texts = batch.CanRestart && free.Length > 0 ? next(free.Length) : TextRequest.None;
        using var scope = NewDisposeScope();
        using var ungraded = no_grad();
        if (texts.Count > 0)
        {
            batch.Restart(free[..texts.Count], texts);
            free = free[texts.Count..];
        }

        batch.Leave(free);
    }
}
