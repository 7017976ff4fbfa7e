namespace Microsoft.ML.LlamaVae.Tokenization.Segmentation;

/// <summary>A stretch of UTF-8 text and the piece that covers it.</summary>
/// <param name="Start">First byte.</param>
/// <param name="Length">In bytes.</param>
/// <param name="Id">The piece, or <see cref="Unknown"/>.</param>
internal readonly record struct Segment(int Start, int Length, int Id)
{
    /// <summary>The id of text that no piece covers.</summary>
    public const int Unknown = -1;
}
