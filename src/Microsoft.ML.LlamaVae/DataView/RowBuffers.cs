using Microsoft.ML.Data;

namespace Microsoft.ML.LlamaVae.DataView;

/// <summary>Rows of the source that are held in slots, with the columns that are made for them.</summary>
internal sealed class RowBuffers : IDisposable
{
    private readonly DataViewRowCursor _source;
    private readonly ColumnBuffer?[] _fetched; // by input column
    private readonly ValueGetter<DataViewRowId> _sourceId;
    private readonly DataViewRowId[] _ids;
    private readonly long[] _batches;

    /// <param name="source">The source's cursor; it is disposed with the buffers.</param>
    /// <param name="map">Makes the outputs.</param>
    /// <param name="schema">The output's.</param>
    /// <param name="active">By output column.</param>
    /// <param name="size">Slots.</param>
    public RowBuffers(DataViewRowCursor source, IBatchMap map, BoundSchema schema, bool[] active, int size)
    {
        _source = source;
        _fetched = new ColumnBuffer?[schema.Input.Count];
        foreach (var column in schema.Needed(active))
        {
            _fetched[column.Index] = ColumnBuffer.From(source, source.Schema[column.Index], size);
        }

        Inputs = [.. schema.Sources.Select(Fetched)];
        Outputs = [.. map.Outputs.Select(column => ColumnBuffer.For(column, size))];
        _sourceId = source.GetIdGetter();
        _ids = new DataViewRowId[size];
        _batches = new long[size];
    }

    /// <summary>The columns that the map reads.</summary>
    public IReadOnlyList<ColumnBuffer> Inputs { get; }

    /// <summary>The columns that it makes.</summary>
    public IReadOnlyList<ColumnBuffer> Outputs { get; }

    /// <summary>Slots.</summary>
    public int Size => _ids.Length;

    /// <summary>An input column that is needed.</summary>
    public ColumnBuffer Fetched(int column) => _fetched[column]!;

    /// <summary>The source's batch of a slot's row, or of the source itself.</summary>
    public long Batch(int? slot) => slot is { } place ? _batches[place] : _source.Batch;

    public DataViewRowId Id(int slot) => _ids[slot];

    /// <summary>Reads the source's next row into a slot; false at the end.</summary>
    public bool Read(int slot)
    {
        if (!_source.MoveNext())
        {
            return false;
        }

        foreach (var buffer in _fetched)
        {
            buffer?.Fetch(slot);
        }

        _batches[slot] = _source.Batch;
        _sourceId(ref _ids[slot]);
        return true;
    }

    public void Dispose() => _source.Dispose();
}
