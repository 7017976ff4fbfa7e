using Microsoft.ML.Data;

namespace Microsoft.ML.LlamaVae.DataView;

/// <summary>A row with made columns: a batch of one, computed once for each position of the input row.</summary>
internal sealed class MappedRow : DataViewRow
{
    private readonly IBatchMap _map;
    private readonly DataViewRow _input;
    private readonly BoundSchema _schema;
    private readonly bool[] _active;
    private readonly ColumnBuffer[] _inputs;
    private readonly ColumnBuffer[] _outputs;
    private long _mapped = -1;

    public MappedRow(IBatchMap map, DataViewRow input, BoundSchema schema, bool[] active)
    {
        (_map, _input, _schema, _active) = (map, input, schema, active);
        var isMapped = schema.IsMapped(active);
        _inputs = isMapped ? [.. schema.Sources.Select(index => ColumnBuffer.From(input, input.Schema[index], 1))] : [];
        _outputs = isMapped ? [.. map.Outputs.Select(column => ColumnBuffer.For(column, 1))] : [];
    }

    public override DataViewSchema Schema => _schema.Output;

    public override long Position => _input.Position;

    public override long Batch => _input.Batch;

    public override bool IsColumnActive(DataViewSchema.Column column) => _active[column.Index];

    public override ValueGetter<DataViewRowId> GetIdGetter() => _input.GetIdGetter();

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        if (!_active[column.Index])
        {
            throw BoundSchema.Inactive(column);
        }

        var made = column.Index - _schema.Input.Count;
        return made < 0
            ? _input.GetGetter<TValue>(_input.Schema[column.Index])
            : (ValueGetter<TValue>)_outputs[made].Getter(MappedSlot);
    }

    private int MappedSlot()
    {
        if (_mapped != _input.Position)
        {
            foreach (var buffer in _inputs)
            {
                buffer.Fetch(0);
            }

            _map.Map(_inputs, _outputs, 1);
            _mapped = _input.Position;
        }

        return 0;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _input.Dispose();
        }

        base.Dispose(disposing);
    }
}
