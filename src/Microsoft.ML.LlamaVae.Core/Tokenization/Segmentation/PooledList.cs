using System.Buffers;

namespace Microsoft.ML.LlamaVae.Tokenization.Segmentation;

/// <summary>A list whose storage comes from the shared pool and goes back to it.</summary>
internal sealed class PooledList<T> : IDisposable
    where T : unmanaged
{
    private T[] _items;

    public PooledList(int capacity) => _items = ArrayPool<T>.Shared.Rent(Math.Max(capacity, 16));

    public int Count { get; private set; }

    /// <summary>The items; valid until the next change.</summary>
    public ReadOnlySpan<T> Items => _items.AsSpan(0, Count);

    public void Add(T item)
    {
        Reserve(1);
        _items[Count++] = item;
    }

    public void AddRange(ReadOnlySpan<T> items)
    {
        Reserve(items.Length);
        items.CopyTo(_items.AsSpan(Count));
        Count += items.Length;
    }

    /// <summary>Keeps the first items only.</summary>
    public void Truncate(int count) => Count = count;

    /// <summary>Turns the order of the items from <paramref name="start"/> on.</summary>
    public void ReverseFrom(int start) => _items.AsSpan(start, Count - start).Reverse();

    public void Dispose()
    {
        ArrayPool<T>.Shared.Return(_items);
        _items = [];
        Count = 0;
    }

    private void Reserve(int more)
    {
        if (Count + more <= _items.Length)
        {
            return;
        }

        var larger = ArrayPool<T>.Shared.Rent(Math.Max(2 * _items.Length, Count + more));
        Items.CopyTo(larger);
        ArrayPool<T>.Shared.Return(_items);
        _items = larger;
    }
}
