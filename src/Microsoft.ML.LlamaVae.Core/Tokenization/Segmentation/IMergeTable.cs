namespace Microsoft.ML.LlamaVae.Tokenization.Segmentation;

/// <summary>Which neighbours byte-pair encoding joins, and in what order.</summary>
internal interface IMergeTable
{
    /// <summary>Pieces that are taken whole before anything is joined, and are never joined themselves; null for none.</summary>
    PieceTrie? Indivisible { get; }

    /// <summary>The id of a symbol to start from, or <see cref="Segment.Unknown"/>.</summary>
    int Find(ReadOnlySpan<byte> symbol);

    /// <summary>The piece that two neighbours make.</summary>
    /// <param name="joined">The bytes of both.</param>
    /// <param name="left">Id of the left one, or <see cref="Segment.Unknown"/>.</param>
    /// <param name="right">Id of the right one, or <see cref="Segment.Unknown"/>.</param>
    /// <param name="merge">Its id, and its rank: the lowest is joined first.</param>
    /// <returns>False where they stay apart.</returns>
    bool TryMerge(ReadOnlySpan<byte> joined, int left, int right, out (int Rank, int Id) merge);
}
