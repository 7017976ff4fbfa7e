using Microsoft.ML.Data;

namespace Microsoft.ML.LlamaVae.DataView;

/// <summary>
/// One cursor over the source that drains up to a batch of rows into buffers and runs the map when the first made value
/// of that batch is asked for.
/// </summary>
/// <remarks>Batches grow fourfold up to the map's look-ahead: who asks for a few rows waits for a few.</remarks>
internal sealed class BatchCursor : DataViewRowCursor
{
    private const int Growth = 4;
    private readonly IBatchMap _map;
    private readonly DataViewRowCursor _source;
    private readonly BoundSchema _schema;
    private readonly bool[] _active;
    private readonly ColumnBuffer?[] _fetched; // by input column
    private readonly ColumnBuffer[] _inputs;
    private readonly ColumnBuffer[] _outputs;
    private readonly ValueGetter<DataViewRowId> _sourceId;
    private readonly DataViewRowId[] _ids;
    private readonly long[] _batches;
    private int _limit; // rows of the next batch
    private int _slot = -1;
    private int _count;
    private long _position = -1;
    private long _rows;
    private bool _isMapped;
    private bool _isAtEnd;

    public BatchCursor(IBatchMap map, DataViewRowCursor source, BoundSchema schema, bool[] active)
    {
        (_map, _source, _schema, _active) = (map, source, schema, active);
        var size = Math.Max(map.BatchSize, map.LookAhead);
        _fetched = new ColumnBuffer?[schema.Input.Count];
        foreach (var column in schema.Needed(active))
        {
            _fetched[column.Index] = ColumnBuffer.From(source, source.Schema[column.Index], size);
        }

        _inputs = [.. schema.Sources.Select(index => _fetched[index]!)];
        _outputs = [.. map.Outputs.Select(column => ColumnBuffer.For(column, size))];
        _sourceId = source.GetIdGetter();
        _ids = new DataViewRowId[size];
        _batches = new long[size];
        _limit = map.BatchSize;
    }

    public override DataViewSchema Schema => _schema.Output;

    public override long Position => _position;

    // Read before the first row too, when a set of cursors is merged.
    public override long Batch => _position >= 0 ? _batches[_slot] : _source.Batch;

    public override bool MoveNext()
    {
        if (++_slot >= _count && !Fill())
        {
            _position = -1;
            return false;
        }

        _position = _rows++;
        return true;
    }

    private bool Fill()
    {
        _slot = 0;
        _count = 0;
        _isMapped = false;
        while (!_isAtEnd && _count < _limit)
        {
            if (!_source.MoveNext())
            {
                _isAtEnd = true;
                break;
            }

            foreach (var buffer in _fetched)
            {
                buffer?.Fetch(_count);
            }

            _batches[_count] = _source.Batch;
            _sourceId(ref _ids[_count]);
            _count++;
        }

        _limit = Math.Min(Growth * _limit, _ids.Length);
        return _count > 0;
    }

    private int Slot() =>
        _position >= 0
            ? _slot
            : throw new InvalidOperationException("The cursor is not on a row: call MoveNext first.");

    private int MappedSlot()
    {
        var slot = Slot();
        if (!_isMapped)
        {
            _map.Map(_inputs, _outputs, _count);
            _isMapped = true;
        }

        return slot;
    }

    public override bool IsColumnActive(DataViewSchema.Column column) => _active[column.Index];

    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId value) => value = _ids[Slot()];

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        if (!_active[column.Index])
        {
            throw BoundSchema.Inactive(column);
        }

        var made = column.Index - _schema.Input.Count;
        return (ValueGetter<TValue>)(
            made < 0 ? _fetched[column.Index]!.Getter(Slot) : _outputs[made].Getter(MappedSlot)
        );
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _source.Dispose();
            _position = -1;
        }

        base.Dispose(disposing);
    }
}
