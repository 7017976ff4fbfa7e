using System.Reflection;
using Microsoft.ML.Data;

namespace Microsoft.ML.LlamaVae.DataView;

/// <inheritdoc/>
internal sealed class ColumnBuffer<T> : ColumnBuffer
{
    private readonly ValueGetter<T>? _source;

    public ColumnBuffer(int size) => Items = new T[size];

    public ColumnBuffer(DataViewRow row, DataViewSchema.Column column, int size)
        : this(size) => _source = row.GetGetter<T>(column);

    public T[] Items { get; }

    // A slot's own buffers are used again from batch to batch.
    public override void Fetch(int slot) => _source!(ref Items[slot]);

    public override Delegate Getter(Func<int> slot)
    {
        if (typeof(T).IsGenericType && typeof(T).GetGenericTypeDefinition() == typeof(VBuffer<>))
        {
            return (Delegate)
                typeof(ColumnBuffer<T>)
                    .GetMethod(nameof(VectorGetter), BindingFlags.NonPublic | BindingFlags.Static)!
                    .MakeGenericMethod(typeof(T).GetGenericArguments())
                    .Invoke(null, [Items, slot])!;
        }

        ValueGetter<T> getter = (ref T value) => value = Items[slot()];
        return getter;
    }

    // The consumer owns what it gets: a vector is copied.
    private static ValueGetter<VBuffer<TItem>> VectorGetter<TItem>(VBuffer<TItem>[] items, Func<int> slot) =>
        (ref VBuffer<TItem> value) => items[slot()].CopyTo(ref value);
}
