using System.Buffers;

namespace Microsoft.ML.LlamaVae.Tokenization.Segmentation;

/// <summary>The most likely segmentation under a unigram language model of pieces: argmax Σ log p(piece).</summary>
/// <remarks>
/// Viterbi's algorithm from left to right over a tree of the pieces (Kudo 2018, arXiv:1804.10959). Sums are taken in double
/// precision, kept in single, and the first of equal paths wins, as in sentencepiece, so that ties fall the same way.
/// </remarks>
/// <param name="pieces">What may be used.</param>
/// <param name="scores">Log-probabilities by id.</param>
/// <param name="favoured">The ids that win over any other segmentation of their text; null for none.</param>
/// <param name="lowest">The lowest score of an ordinary piece.</param>
/// <param name="highest">The highest score of an ordinary piece.</param>
internal sealed class UnigramSegmenter(PieceTrie pieces, float[] scores, bool[]? favoured, float lowest, float highest)
    : ISegmenter
{
    private const float UnknownPenalty = 10;

    private readonly float _unknownScore = lowest - UnknownPenalty;

    // sentencepiece starts its search for the highest score at the smallest positive normal number.
    private readonly float _highest = Math.Max(highest, 1.17549435E-38f);

    /// <inheritdoc/>
    public void Split(ReadOnlySpan<byte> text, PooledList<Segment> segments)
    {
        var rented = ArrayPool<Step>.Shared.Rent(text.Length + 1);
        var best = rented.AsSpan(0, text.Length + 1);
        best.Fill(new Step(0, -1, Segment.Unknown));
        best[0] = new Step(0, 0, Segment.Unknown);
        for (var start = 0; start < text.Length; )
        {
            var character = Math.Min(Utf8Length.Of(text[start]), text.Length - start);
            if (!ExtendByPieces(text, best, start, character))
            {
                Offer(ref best[start + character], _unknownScore + best[start].Score, start, Segment.Unknown);
            }

            start += character;
        }

        var first = segments.Count;
        for (var end = text.Length; end > 0; end = best[end].Start)
        {
            segments.Add(new Segment(best[end].Start, end - best[end].Start, best[end].Id));
        }

        segments.ReverseFrom(first);
        ArrayPool<Step>.Shared.Return(rented);
    }

    // Offers every piece that starts here; says whether one of them is the single character.
    private bool ExtendByPieces(ReadOnlySpan<byte> text, Span<Step> best, int start, int character)
    {
        var covered = false;
        var node = PieceTrie.Root;
        var scoreHere = best[start].Score;
        for (var end = start; end < text.Length; )
        {
            node = pieces.Child(node, text[end++]);
            if (node == PieceTrie.None)
            {
                break;
            }

            var id = pieces.Piece(node);
            if (id == PieceTrie.None)
            {
                continue;
            }

            var length = end - start;
            var score = favoured is not null && favoured[id] ? (length * _highest) - 0.1 : scores[id];
            Offer(ref best[end], score + scoreHere, start, id);
            covered |= length == character;
        }

        return covered;
    }

    private static void Offer(ref Step step, double score, int start, int id)
    {
        if (step.Start < 0 || score > step.Score)
        {
            step = new Step((float)score, start, id);
        }
    }

    /// <summary>The last step of the best path to a position.</summary>
    private readonly record struct Step(float Score, int Start, int Id);
}
