namespace Microsoft.ML.LlamaVae.Tokenization.Segmentation;

/// <summary>Cuts normalised text into the pieces of a vocabulary.</summary>
internal interface ISegmenter
{
    /// <summary>Appends the segments of the text, which follow one another without gaps.</summary>
    /// <param name="text">Valid UTF-8.</param>
    /// <param name="segments">Receives them; what it holds already stays.</param>
    void Split(ReadOnlySpan<byte> text, PooledList<Segment> segments);
}
