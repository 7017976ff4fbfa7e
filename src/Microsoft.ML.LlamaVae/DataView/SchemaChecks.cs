using System.Globalization;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.LlamaVae.DataView;

/// <summary>Finds required columns, or fails with ML.NET's own words.</summary>
internal static class SchemaChecks
{
    // The name that ML.NET's own components give.
    private const string SchemaArgument = "inputSchema";

    /// <summary>The column in a schema of data.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is missing or of another type.</exception>
    public static DataViewSchema.Column Find(this IHost host, DataViewSchema inputSchema, RequiredColumn required)
    {
        if (inputSchema is null)
        {
            throw host.Process(new ArgumentNullException(SchemaArgument));
        }

        var column = inputSchema.GetColumnOrNull(required.Name) ?? throw Missing(host, required);
        if (required.Accepts(column.Type))
        {
            return column;
        }

        throw required.SizeRemedy is { } remedy
        && column.Type is VectorDataViewType { IsKnownSize: true } vector
        && (required with { Size = null }).Accepts(vector)
            ? Refused(host, SchemaArgument, string.Format(CultureInfo.InvariantCulture, remedy, vector.Size))
            : Mismatch(host, required, Describe(column.Type));
    }

    /// <summary>Checks the column in a promised schema.</summary>
    /// <inheritdoc cref="Find"/>
    public static void Check(this IHost host, SchemaShape inputSchema, RequiredColumn required)
    {
        if (inputSchema is null)
        {
            throw host.Process(new ArgumentNullException(SchemaArgument));
        }

        var column = inputSchema.FirstOrDefault(c => c.Name == required.Name);
        if (column.Name is null)
        {
            throw Missing(host, required);
        }

        if (!required.Accepts(column))
        {
            var got = column.Kind == SchemaShape.Column.VectorKind.Scalar ? "" : $"{column.Kind} of ";
            throw Mismatch(host, required, got + Describe(column.ItemType));
        }
    }

    private static Exception Missing(IHost host, RequiredColumn required) =>
        Refused(host, SchemaArgument, $"Could not find input column '{required.Name}'");

    private static Exception Mismatch(IHost host, RequiredColumn required, string got) =>
        Refused(
            host,
            SchemaArgument,
            $"Schema mismatch for input column '{required.Name}': expected {required.Expected}, got {got}"
        );

    private static Exception Refused(IHost host, string argument, string message) =>
        host.Process(new ArgumentOutOfRangeException(argument, message));

    private static string Describe(DataViewType type) => type is TextDataViewType ? "String" : type.ToString()!;
}
