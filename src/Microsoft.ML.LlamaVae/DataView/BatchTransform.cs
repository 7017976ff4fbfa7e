using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.LlamaVae.DataView;

/// <summary>Makes an ML.NET transform of a batch map: schemas, a lazy view, a row mapper.</summary>
internal sealed class BatchTransform(IHost host, IBatchMap map)
{
    public IHost Host { get; } = host;

    public IBatchMap Map { get; } = map;

    /// <summary>The input's columns with ours behind them; a column of the same name is hidden by ours.</summary>
    public BoundSchema Bind(DataViewSchema inputSchema)
    {
        var inputs = Map.Inputs.Select(required => Host.Find(inputSchema, required)).ToArray();
        var builder = new DataViewSchema.Builder();
        builder.AddColumns(inputSchema);
        foreach (var output in Map.Outputs)
        {
            builder.AddColumn(output.Name, output.Type, output.Annotations);
        }

        return new BoundSchema(inputSchema, builder.ToSchema(), [.. inputs.Select(column => column.Index)]);
    }

    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => Bind(inputSchema).Output;

    public IDataView Transform(IDataView input) =>
        input is null
            ? throw Host.Process(new ArgumentNullException(nameof(input)))
            : new BatchView(this, input, Bind(input.Schema));

    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => new BatchRowMapper(this, Bind(inputSchema));
}
