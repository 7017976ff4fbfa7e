using Microsoft.ML.LlamaVae.Tokenization.Segmentation;

namespace Microsoft.ML.LlamaVae.Tokenization;

/// <summary>What becomes of text that no piece covers: the pieces of its bytes, one unknown token, or nothing.</summary>
/// <param name="byteIds">The 256 ids of single bytes; null without byte fallback.</param>
/// <param name="unknown">The unknown token; null where the vocabulary has none, and the text is left out.</param>
/// <param name="merge">Whether neighbours share one unknown token.</param>
internal sealed class UnknownText(int[]? byteIds, int? unknown, bool merge)
{
    /// <summary>Appends the ids of the segments.</summary>
    public void AppendIds(ReadOnlySpan<byte> text, ReadOnlySpan<Segment> segments, PooledList<int> ids)
    {
        var afterUnknown = false;
        foreach (var segment in segments)
        {
            var isUnknown = segment.Id == Segment.Unknown;
            if (!isUnknown)
            {
                ids.Add(segment.Id);
            }
            else if (byteIds is not null)
            {
                foreach (var b in text.Slice(segment.Start, segment.Length))
                {
                    ids.Add(byteIds[b]);
                }
            }
            else if (unknown is { } id && !(merge && afterUnknown))
            {
                ids.Add(id);
            }

            afterUnknown = isUnknown;
        }
    }
}
