namespace Microsoft.ML.LlamaVae.Tokenization.HuggingFace;

/// <summary>Pieces with ▁ for spaces.</summary>
/// <param name="space">What stands for a space.</param>
/// <param name="dropsFirst">Whether the spaces of the first piece are dropped.</param>
internal sealed class MetaspaceDecoder(string space, bool dropsFirst) : IPieceDecoder
{
    /// <inheritdoc/>
    public string Decode(IReadOnlyList<string> pieces) =>
        string.Concat(
            pieces.Select((piece, i) => piece.Replace(space, i == 0 && dropsFirst ? "" : " ", StringComparison.Ordinal))
        );
}
