namespace Microsoft.ML.LlamaVae.Tokenization.SentencePiece;

/// <summary>What a piece is for; the values of SentencePiece's file format.</summary>
internal enum PieceKind
{
    /// <summary>Learnt from text.</summary>
    Normal = 1,

    /// <summary>Stands for text that no piece covers.</summary>
    Unknown = 2,

    /// <summary>Never comes from text: beginning, end, padding.</summary>
    Control = 3,

    /// <summary>Always taken whole, and never normalised.</summary>
    UserDefined = 4,

    /// <summary>Reserved: may help to build other pieces but is never produced.</summary>
    Unused = 5,

    /// <summary>One byte of a character that no piece covers.</summary>
    Byte = 6,
}
