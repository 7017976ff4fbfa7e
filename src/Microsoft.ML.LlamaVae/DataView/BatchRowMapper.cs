using Microsoft.ML.Data;

namespace Microsoft.ML.LlamaVae.DataView;

/// <summary>Row by row, for a prediction engine.</summary>
internal sealed class BatchRowMapper(BatchTransform transform, BoundSchema schema) : IRowToRowMapper
{
    public DataViewSchema InputSchema => schema.Input;

    public DataViewSchema OutputSchema => schema.Output;

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns) =>
        schema.Needed(schema.Active(dependingColumns));

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns) =>
        input.Schema == InputSchema
            ? new MappedRow(transform.Map, input, schema, schema.Active(activeColumns))
            : throw transform.Host.Process(
                new ArgumentOutOfRangeException(
                    nameof(input),
                    "The schema of the row does not match the mapper's InputSchema"
                )
            );
}
