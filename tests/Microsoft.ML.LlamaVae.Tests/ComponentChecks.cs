using System.Reflection;
using Microsoft.ML.Data;

namespace Microsoft.ML.LlamaVae.Tests;

/// <summary>What ML.NET's own tests ask of an estimator and its transformer.</summary>
internal static class ComponentChecks
{
    /// <summary>Promised and delivered schemas agree, wrong inputs are refused everywhere, a saved transformer is the same.</summary>
    public static void Run(MLContext ml, IEstimator<ITransformer> estimator, IDataView valid, IDataView invalid)
    {
        var promised = estimator.GetOutputSchema(ShapeProbe.Of(valid));
        MustRefuse(() => estimator.GetOutputSchema(ShapeProbe.Of(invalid)));
        MustRefuse(() => estimator.Fit(invalid));

        var fitted = estimator.Fit(valid);
        using var stream = new MemoryStream();
        ml.Model.Save(fitted, valid.Schema, stream);
        stream.Position = 0;
        var loaded = new MLContext().Model.Load(stream, out var loadedSchema);
        Same(valid.Schema, loadedSchema);

        var schema = fitted.GetOutputSchema(valid.Schema);
        Assert.True(fitted.IsRowToRowMapper);
        var mapper = fitted.GetRowToRowMapper(valid.Schema);
        Assert.Same(valid.Schema, mapper.InputSchema);
        Same(schema, mapper.OutputSchema);
        Same(schema, loaded.GetOutputSchema(valid.Schema));
        Same(schema, fitted.Transform(valid).Schema);
        Same(schema, loaded.Transform(valid).Schema);
        Assert.Equal(Rows(fitted.Transform(valid)), Rows(loaded.Transform(valid)));
        foreach (var transformer in new[] { fitted, loaded })
        {
            MustRefuse(() => transformer.GetOutputSchema(invalid.Schema));
            MustRefuse(() => transformer.Transform(invalid));
        }

        Assert.Equal(Describe(promised), Describe(ShapeProbe.Of(fitted.Transform(valid))));
    }

    /// <summary>All values of all columns, a line for each row.</summary>
    public static List<string> Rows(IDataView data)
    {
        var rows = new List<string>();
        using var cursor = data.GetRowCursor(data.Schema);
        var columns = data.Schema.Select(column => Reader(cursor, column)).ToArray();
        while (cursor.MoveNext())
        {
            rows.Add(string.Join('|', columns.Select(read => read())));
        }

        return rows;
    }

    private static void MustRefuse(Action action)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(action);
        Assert.Matches("Could not find input column|Schema mismatch for input column|has \\d+ slots", error.Message);
    }

    private static void Same(DataViewSchema expected, DataViewSchema got) =>
        Assert.Equal(expected.Select(Describe), got.Select(Describe));

    private static string Describe(DataViewSchema.Column column) =>
        $"{column.Name} {column.Type} {column.IsHidden} [{string.Join(", ", column.Annotations.Schema.Select(a => $"{a.Name} {a.Type}").Order(StringComparer.Ordinal))}]";

    private static IEnumerable<string> Describe(SchemaShape shape) =>
        shape
            .Select(c =>
                $"{c.Name} {c.Kind} {c.ItemType} {c.IsKey} [{string.Join(", ", c.Annotations.Select(a => $"{a.Name} {a.Kind} {a.ItemType}").Order(StringComparer.Ordinal))}]"
            )
            .Order(StringComparer.Ordinal);

    private static Func<string> Reader(DataViewRow row, DataViewSchema.Column column) =>
        (Func<string>)
            typeof(ComponentChecks)
                .GetMethod(nameof(ReaderOf), BindingFlags.NonPublic | BindingFlags.Static)!
                .MakeGenericMethod(column.Type.RawType)
                .Invoke(null, [row, column])!;

    private static Func<string> ReaderOf<T>(DataViewRow row, DataViewSchema.Column column)
    {
        var getter = row.GetGetter<T>(column);
        T value = default!;
        return () =>
        {
            getter(ref value);
            return value is VBuffer<float> vector ? string.Join(",", vector.DenseValues()) : $"{value}";
        };
    }
}
