using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Generation;

/// <summary>The texts of a sequence of latents, in its order, however long it is: texts that end early wait for those before them.</summary>
/// <remarks>Letters: b latents, D latent size.</remarks>
/// <param name="latents">[D] each; null for a latent without a text. Read as places in the batch are free.</param>
/// <param name="readAhead">The most latents that are read and whose texts aren't handed out yet.</param>
/// <param name="seed">Of the draws.</param>
/// <param name="memory">[b, D] → [b, L, 2, Hkv, M, Dh].</param>
internal sealed class OrderedTexts(IEnumerator<float[]?> latents, int readAhead, int seed, Func<Tensor, Tensor> memory)
{
    private readonly Dictionary<long, int[]?> _ended = []; // and not handed out
    private long _read;
    private long _said;
    private bool _isAtEnd;

    /// <summary>The tokens of each text; null where there is none.</summary>
    /// <param name="generator">Generates them.</param>
    /// <param name="cancellationToken">Stops between two steps.</param>
    public IEnumerable<int[]?> Of(TextGenerator generator, CancellationToken cancellationToken)
    {
        while (!_isAtEnd)
        {
            foreach (var text in generator.Run(Next, cancellationToken: cancellationToken))
            {
                _ended.Add(text.Id, text.Tokens);
                while (_ended.Remove(_said, out var tokens))
                {
                    _said++;
                    yield return tokens;
                }
            }

            while (_ended.Remove(_said, out var tokens))
            {
                _said++;
                yield return tokens;
            }
        }
    }

    private TextRequest Next(int most)
    {
        var (rows, ids) = (new List<float[]>(most), new List<long>(most));
        while (rows.Count < most && !_isAtEnd && _read - _said < readAhead)
        {
            if (!latents.MoveNext())
            {
                _isAtEnd = true;
            }
            else if (latents.Current is { } latent)
            {
                rows.Add([.. latent]); // its owner may use it again
                ids.Add(_read++);
            }
            else
            {
                _ended.Add(_read++, null);
            }
        }

        if (rows.Count == 0)
        {
            return TextRequest.None;
        }

        using var z = Latents(rows); // [b, D]
        return new TextRequest(() => memory(Latents(rows)), ids, RowSeeds.Of(z, seed));
    }

    private static Tensor Latents(List<float[]> rows) =>
        tensor([.. rows.SelectMany(row => row)], rows.Count, rows[0].Length); // [b, D]
}
