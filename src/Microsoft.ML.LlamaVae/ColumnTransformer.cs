using Microsoft.ML.Data;
using Microsoft.ML.LlamaVae.DataView;
using Microsoft.ML.LlamaVae.ModelFormat;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.LlamaVae;

/// <summary>A transformer that computes columns from columns of the same row, many rows at once.</summary>
/// <remarks>Lazy: nothing runs before a value is asked for. Safe to use from several threads at once.</remarks>
public abstract class ColumnTransformer : ITransformer
{
    private readonly string _signature;
    private readonly BatchTransform _transform;

    private protected ColumnTransformer(IHost host, string signature, IBatchMap map)
    {
        _signature = signature;
        _transform = new BatchTransform(host, map);
    }

    /// <inheritdoc/>
    public bool IsRowToRowMapper => true;

    /// <inheritdoc/>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => _transform.GetOutputSchema(inputSchema);

    /// <inheritdoc/>
    public IDataView Transform(IDataView input) => _transform.Transform(input);

    /// <inheritdoc/>
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => _transform.GetRowToRowMapper(inputSchema);

    /// <summary>Writes columns, options and weights; the same bytes stand in a model saved by <c>mlContext.Model.Save</c>.</summary>
    /// <param name="stream">Needs not be seekable; stays open.</param>
    public abstract void Save(Stream stream);

    void ICanSaveModel.Save(ModelSaveContext ctx) => ModelEntry.Save(ctx, _signature, Save);
}
