using Microsoft.ML.LlamaVae.Tokenization.Segmentation;

namespace Microsoft.ML.LlamaVae.Tokenization.SentencePiece;

/// <summary>SentencePiece's merges: neighbours join where their text is a piece, the highest score first.</summary>
/// <param name="pieces">The pieces that text may turn into, the unused ones included.</param>
/// <param name="scores">By id.</param>
/// <param name="indivisible">User-defined pieces; null for none.</param>
internal sealed class ScoredMerges(PieceTrie pieces, IReadOnlyList<float> scores, PieceTrie? indivisible) : IMergeTable
{
    private readonly int[] _ranks = RanksOf(scores);

    /// <inheritdoc/>
    public PieceTrie? Indivisible => indivisible;

    /// <inheritdoc/>
    public int Find(ReadOnlySpan<byte> symbol) => pieces.Find(symbol);

    /// <inheritdoc/>
    public bool TryMerge(ReadOnlySpan<byte> joined, int left, int right, out (int Rank, int Id) merge)
    {
        var id = pieces.Find(joined);
        merge = id == PieceTrie.None ? default : (_ranks[id], id);
        return id != PieceTrie.None;
    }

    // Equal scores share a rank.
    private static int[] RanksOf(IReadOnlyList<float> scores)
    {
        var order = scores.Distinct().OrderDescending().Select((score, rank) => (score, rank)).ToDictionary();
        return [.. scores.Select(score => order[score])];
    }
}
