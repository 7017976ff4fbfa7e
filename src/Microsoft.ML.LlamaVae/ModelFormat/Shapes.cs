using Microsoft.ML.Data;

namespace Microsoft.ML.LlamaVae.ModelFormat;

/// <summary>The promises of an estimator: its output schema before there are data.</summary>
internal static class Shapes
{
    /// <summary>The input's shape with columns added, or replaced where their names exist.</summary>
    public static SchemaShape With(SchemaShape input, IEnumerable<DataViewSchema.DetachedColumn> added)
    {
        var columns = input.ToDictionary(column => column.Name, StringComparer.Ordinal);
        foreach (var column in added)
        {
            columns[column.Name] = Of(column);
        }

        return new SchemaShape(columns.Values);
    }

    private static SchemaShape.Column Of(DataViewSchema.DetachedColumn column)
    {
        SchemaShape.GetColumnTypeShape(column.Type, out var kind, out var item, out var isKey);
        var annotations = column.Annotations is null
            ? null
            : new SchemaShape(
                column.Annotations.Schema.Select(annotation =>
                {
                    SchemaShape.GetColumnTypeShape(annotation.Type, out var k, out var i, out var isKeyed);
                    return new SchemaShape.Column(annotation.Name, k, i, isKeyed);
                })
            );
        return new SchemaShape.Column(column.Name, kind, item, isKey, annotations);
    }
}
