using System.Buffers;

namespace Microsoft.ML.LlamaVae.Tokenization.Segmentation;

/// <summary>Byte-pair encoding (Sennrich et al. 2016, arXiv:1508.07909): joins neighbours, the best pair first, until none is left.</summary>
/// <remarks>Symbols are a linked list and candidates a heap, so a text of n symbols takes O(n log n).</remarks>
/// <param name="merges">What may be joined.</param>
/// <param name="startFromBytes">Whether the first symbols are bytes; characters otherwise.</param>
internal sealed class BytePairSegmenter(IMergeTable merges, bool startFromBytes) : ISegmenter
{
    private const int None = -1;

    /// <inheritdoc/>
    public void Split(ReadOnlySpan<byte> text, PooledList<Segment> segments)
    {
        if (text.IsEmpty)
        {
            return;
        }

        var rented = ArrayPool<Symbol>.Shared.Rent(text.Length);
        var symbols = rented.AsSpan(0, Cut(text, rented));
        Join(text, symbols);
        for (var at = 0; at != None; at = symbols[at].Next)
        {
            segments.Add(new Segment(symbols[at].Start, symbols[at].Length, symbols[at].Id));
        }

        ArrayPool<Symbol>.Shared.Return(rented);
    }

    private int Cut(ReadOnlySpan<byte> text, Span<Symbol> symbols)
    {
        var count = 0;
        for (var start = 0; start < text.Length; )
        {
            var whole = merges.Indivisible?.LongestPrefix(text[start..]) ?? 0;
            var length =
                whole > 0 ? whole
                : startFromBytes ? 1
                : Math.Min(Utf8Length.Of(text[start]), text.Length - start);
            symbols[count] = new Symbol
            {
                Start = start,
                Length = length,
                Id = merges.Find(text.Slice(start, length)),
                IsWhole = whole > 0,
                Previous = count - 1,
                Next = count + 1,
            };
            count++;
            start += length;
        }

        symbols[count - 1].Next = None;
        return count;
    }

    private void Join(ReadOnlySpan<byte> text, Span<Symbol> symbols)
    {
        var heap = new MergeHeap(symbols.Length);
        for (var right = 1; right < symbols.Length; right++)
        {
            Offer(text, symbols, right - 1, right, ref heap);
        }

        while (heap.TryPop(out var best))
        {
            ref var left = ref symbols[best.Left];
            ref var right = ref symbols[best.Right];
            if (left.Length == 0 || right.Length == 0 || left.Length + right.Length != best.Length)
            {
                continue; // one of them has been joined to another since
            }

            left.Length = best.Length;
            left.Id = best.Id;
            left.Next = right.Next;
            right.Length = 0;
            if (right.Next != None)
            {
                symbols[right.Next].Previous = best.Left;
            }

            Offer(text, symbols, left.Previous, best.Left, ref heap);
            Offer(text, symbols, best.Left, left.Next, ref heap);
        }

        heap.Dispose();
    }

    private void Offer(ReadOnlySpan<byte> text, Span<Symbol> symbols, int left, int right, ref MergeHeap heap)
    {
        if (left == None || right == None || symbols[left].IsWhole || symbols[right].IsWhole)
        {
            return;
        }

        var length = symbols[left].Length + symbols[right].Length;
        var joined = text.Slice(symbols[left].Start, length);
        if (merges.TryMerge(joined, symbols[left].Id, symbols[right].Id, out var merge))
        {
            heap.Push(new MergeHeap.Candidate(merge.Rank, left, right, length, merge.Id));
        }
    }

    private struct Symbol
    {
        public int Start;
        public int Length;
        public int Id;
        public int Previous;
        public int Next;
        public bool IsWhole;
    }
}
