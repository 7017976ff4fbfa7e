namespace Microsoft.ML.LlamaVae.DataView;

/// <summary>The lazy result of a transform: nothing runs before a cursor asks for a made column.</summary>
internal sealed class BatchView(BatchTransform transform, IDataView source, BoundSchema schema) : IDataView
{
    public DataViewSchema Schema => schema.Output;

    public bool CanShuffle => source.CanShuffle;

    public long? GetRowCount() => source.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        var active = schema.Active(columnsNeeded);
        return Wrap(source.GetRowCursor(schema.Needed(active), rand), active);
    }

    public DataViewRowCursor[] GetRowCursorSet(
        IEnumerable<DataViewSchema.Column> columnsNeeded,
        int n,
        Random? rand = null
    )
    {
        var active = schema.Active(columnsNeeded);
        if (transform.Map is IStreamMap && schema.IsMapped(active))
        {
            return [GetRowCursor(columnsNeeded, rand)]; // each has a batch of its own in memory
        }

        return [.. source.GetRowCursorSet(schema.Needed(active), n, rand).Select(cursor => Wrap(cursor, active))];
    }

    private DataViewRowCursor Wrap(DataViewRowCursor cursor, bool[] active)
    {
        if (!schema.IsMapped(active))
        {
            return new PassCursor(cursor, schema, active);
        }

        var map = transform.Map;
        // One more than the map holds: the row that the cursor is on.
        var size = map is IStreamMap stream ? stream.ReadAhead + 1 : Math.Max(map.BatchSize, map.LookAhead);
        var rows = new RowBuffers(cursor, map, schema, active, size);
        IRowPlan plan = map is IStreamMap streamed ? new StreamPlan(streamed, rows) : new BatchPlan(map, rows);
        return new MappedCursor(rows, plan, schema, active);
    }
}
