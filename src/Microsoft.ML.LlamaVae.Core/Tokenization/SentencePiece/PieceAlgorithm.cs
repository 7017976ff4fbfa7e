namespace Microsoft.ML.LlamaVae.Tokenization.SentencePiece;

/// <summary>How text is cut into pieces; the values of SentencePiece's file format.</summary>
internal enum PieceAlgorithm
{
    /// <summary>The most likely pieces under a unigram language model.</summary>
    Unigram = 1,

    /// <summary>Byte-pair encoding.</summary>
    BytePair = 2,

    /// <summary>Words between spaces.</summary>
    Word = 3,

    /// <summary>Single characters.</summary>
    Char = 4,
}
