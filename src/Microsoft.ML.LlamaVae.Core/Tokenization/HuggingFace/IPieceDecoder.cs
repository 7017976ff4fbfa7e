namespace Microsoft.ML.LlamaVae.Tokenization.HuggingFace;

/// <summary>Pieces back to text.</summary>
internal interface IPieceDecoder
{
    /// <summary>The text of the pieces.</summary>
    string Decode(IReadOnlyList<string> pieces);
}
