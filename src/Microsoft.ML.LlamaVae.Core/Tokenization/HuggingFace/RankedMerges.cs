using Microsoft.ML.LlamaVae.Tokenization.Segmentation;

namespace Microsoft.ML.LlamaVae.Tokenization.HuggingFace;

/// <summary>Merges as a list: the earlier a pair is listed, the earlier it is joined.</summary>
internal sealed class RankedMerges(PieceTrie pieces) : IMergeTable
{
    private readonly Dictionary<(int Left, int Right), (int Rank, int Id)> _merges = [];

    /// <inheritdoc/>
    public PieceTrie? Indivisible => null;

    /// <summary>Adds the next pair.</summary>
    public void Add(int left, int right, int joined) => _merges.TryAdd((left, right), (_merges.Count, joined));

    /// <inheritdoc/>
    public int Find(ReadOnlySpan<byte> symbol) => pieces.Find(symbol);

    /// <inheritdoc/>
    public bool TryMerge(ReadOnlySpan<byte> joined, int left, int right, out (int Rank, int Id) merge) =>
        _merges.TryGetValue((left, right), out merge);
}
