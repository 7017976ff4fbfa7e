using Microsoft.ML.Data;

namespace Microsoft.ML.LlamaVae.DataView;

/// <summary>The source's cursor under the output's schema: no made column is asked for, so nothing is buffered or computed.</summary>
internal sealed class PassCursor(DataViewRowCursor source, BoundSchema schema, bool[] active) : DataViewRowCursor
{
    public override DataViewSchema Schema => schema.Output;

    public override long Position => source.Position;

    public override long Batch => source.Batch;

    public override bool MoveNext() => source.MoveNext();

    public override bool IsColumnActive(DataViewSchema.Column column) => active[column.Index];

    public override ValueGetter<DataViewRowId> GetIdGetter() => source.GetIdGetter();

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) =>
        active[column.Index]
            ? source.GetGetter<TValue>(source.Schema[column.Index])
            : throw BoundSchema.Inactive(column);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            source.Dispose();
        }

        base.Dispose(disposing);
    }
}
