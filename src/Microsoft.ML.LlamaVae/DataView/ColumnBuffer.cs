namespace Microsoft.ML.LlamaVae.DataView;

/// <summary>The values of one column for the rows of a batch.</summary>
internal abstract class ColumnBuffer
{
    /// <summary>A buffer that fetches its values from a row.</summary>
    public static ColumnBuffer From(DataViewRow row, DataViewSchema.Column column, int size) =>
        (ColumnBuffer)
            Activator.CreateInstance(typeof(ColumnBuffer<>).MakeGenericType(column.Type.RawType), row, column, size)!;

    /// <summary>A buffer that is filled by a map.</summary>
    public static ColumnBuffer For(DataViewSchema.DetachedColumn column, int size) =>
        (ColumnBuffer)Activator.CreateInstance(typeof(ColumnBuffer<>).MakeGenericType(column.Type.RawType), size)!;

    /// <summary>Takes the value of the row's present position.</summary>
    public abstract void Fetch(int slot);

    /// <summary>A getter of type <c>ValueGetter</c> that copies a slot out.</summary>
    /// <param name="slot">Prepares the batch and tells the slot.</param>
    public abstract Delegate Getter(Func<int> slot);

    /// <summary>The values, by slot.</summary>
    public T[] Values<T>() => ((ColumnBuffer<T>)this).Items;
}
