using Microsoft.ML.LlamaVae.Tokenization.Segmentation;

namespace Microsoft.ML.LlamaVae.Tokenization.HuggingFace;

/// <summary>Takes a word that is a piece as it is (<c>ignore_merges</c>), and cuts the others.</summary>
internal sealed class WholeWordSegmenter(PieceTrie pieces, ISegmenter others) : ISegmenter
{
    /// <inheritdoc/>
    public void Split(ReadOnlySpan<byte> text, PooledList<Segment> segments)
    {
        if (pieces.Find(text) is not PieceTrie.None and var id)
        {
            segments.Add(new Segment(0, text.Length, id));
        }
        else
        {
            others.Split(text, segments);
        }
    }
}
