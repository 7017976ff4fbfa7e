using Microsoft.ML.Data;

namespace Microsoft.ML.LlamaVae.DataView;

/// <summary>The source's rows with the made columns: rows are read ahead, so that the map can run many of them together.</summary>
/// <param name="rows">The rows at hand.</param>
/// <param name="plan">When rows are read and computed.</param>
/// <param name="schema">The output's.</param>
/// <param name="active">By output column.</param>
internal sealed class MappedCursor(RowBuffers rows, IRowPlan plan, BoundSchema schema, bool[] active)
    : DataViewRowCursor
{
    private int _slot = -1;
    private long _position = -1;
    private long _rows;

    public override DataViewSchema Schema => schema.Output;

    public override long Position => _position;

    // Read before the first row too, when a set of cursors is merged.
    public override long Batch => rows.Batch(_position >= 0 ? _slot : null);

    public override bool MoveNext()
    {
        var slot = plan.MoveNext();
        (_slot, _position) = slot is null ? (-1, -1) : (slot.Value, _rows++);
        return slot is not null;
    }

    public override bool IsColumnActive(DataViewSchema.Column column) => active[column.Index];

    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId value) => value = rows.Id(Slot());

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        if (!active[column.Index])
        {
            throw BoundSchema.Inactive(column);
        }

        var made = column.Index - schema.Input.Count;
        return (ValueGetter<TValue>)(
            made < 0 ? rows.Fetched(column.Index).Getter(Slot) : rows.Outputs[made].Getter(ComputedSlot)
        );
    }

    private int Slot() =>
        _position >= 0
            ? _slot
            : throw new InvalidOperationException("The cursor is not on a row: call MoveNext first.");

    private int ComputedSlot()
    {
        var slot = Slot();
        plan.Compute();
        return slot;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            plan.Dispose();
            rows.Dispose();
            _position = -1;
        }

        base.Dispose(disposing);
    }
}
