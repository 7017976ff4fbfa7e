namespace Microsoft.ML.LlamaVae.Tokenization.SentencePiece;

/// <summary>One entry of the vocabulary.</summary>
/// <param name="Text">With ▁ (U+2581) for a space.</param>
/// <param name="Score">Log-probability (unigram) or minus the merge's rank (BPE).</param>
/// <param name="Kind">What it is for.</param>
internal readonly record struct Piece(string Text, float Score, PieceKind Kind)
{
    /// <summary>Whether text may turn into it as it is.</summary>
    public bool IsFromText => Kind is PieceKind.Normal or PieceKind.UserDefined;
}
