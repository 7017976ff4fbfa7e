using Microsoft.ML.LlamaVae.DataView;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.LlamaVae;

/// <summary>The rows of a data view that a flow can learn from.</summary>
/// <param name="Conditions">C values each.</param>
/// <param name="Latents">D values each.</param>
/// <param name="LogVariances">D values each; null where no such column was asked for.</param>
/// <param name="Missing">Rows left out.</param>
internal sealed record FlowPairs(
    IReadOnlyList<float[]> Conditions,
    IReadOnlyList<float[]> Latents,
    IReadOnlyList<float[]>? LogVariances,
    int Missing
)
{
    public static FlowPairs Read(
        IHost host,
        IDataView data,
        RequiredColumn condition,
        RequiredColumn latent,
        RequiredColumn? logVariance
    )
    {
        RequiredColumn[] columns = logVariance is null ? [condition, latent] : [condition, latent, logVariance];
        var sources = Array.ConvertAll(columns, column => host.Find(data.Schema, column));
        var values = Array.ConvertAll(columns, _ => new List<float[]>());
        var missing = 0;
        using var cursor = data.GetRowCursor(sources);
        var buffers = Array.ConvertAll(sources, source => ColumnBuffer.From(cursor, source, 1));
        while (cursor.MoveNext())
        {
            Array.ForEach(buffers, buffer => buffer.Fetch(0));
            var row = VectorRows.Gather(columns, buffers, 1);
            missing += row.Missing.Count;
            for (var i = 0; i < columns.Length && row.Slots.Count > 0; i++)
            {
                values[i].Add(row.Matrices[i]);
            }
        }

        return new FlowPairs(values[0], values[1], logVariance is null ? null : values[2], missing);
    }
}
