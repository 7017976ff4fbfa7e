using System.Buffers;

namespace Microsoft.ML.LlamaVae.Tokenization.Segmentation;

/// <summary>The pairs that may still be joined; lowest rank first, then leftmost.</summary>
internal ref struct MergeHeap
{
    private readonly Candidate[] _items;
    private int _count;

    /// <param name="symbols">How many symbols there are: each joins at most once, and each join offers two new pairs.</param>
    public MergeHeap(int symbols) => _items = ArrayPool<Candidate>.Shared.Rent(3 * symbols);

    public void Push(Candidate candidate)
    {
        var at = _count++;
        while (at > 0)
        {
            var parent = (at - 1) / 2;
            if (_items[parent].Key <= candidate.Key)
            {
                break;
            }

            _items[at] = _items[parent];
            at = parent;
        }

        _items[at] = candidate;
    }

    public bool TryPop(out Candidate candidate)
    {
        candidate = _items[0];
        if (_count == 0)
        {
            return false;
        }

        var last = _items[--_count];
        var at = 0;
        for (var child = 1; child < _count; child = (2 * at) + 1)
        {
            if (child + 1 < _count && _items[child + 1].Key < _items[child].Key)
            {
                child++;
            }

            if (last.Key <= _items[child].Key)
            {
                break;
            }

            _items[at] = _items[child];
            at = child;
        }

        _items[at] = last;
        return true;
    }

    public readonly void Dispose() => ArrayPool<Candidate>.Shared.Return(_items);

    /// <summary>Two neighbours that make a piece.</summary>
    /// <param name="Key">The rank in the upper half, the left symbol's position in the lower.</param>
    /// <param name="Right">Position of the right symbol.</param>
    /// <param name="Length">Bytes of both: tells whether one has grown since.</param>
    /// <param name="Id">The piece they make.</param>
    internal readonly record struct Candidate(long Key, int Right, int Length, int Id)
    {
        public Candidate(int rank, int left, int right, int length, int id)
            : this(((long)rank << 32) | (uint)left, right, length, id) { }

        public int Left => (int)Key;
    }
}
