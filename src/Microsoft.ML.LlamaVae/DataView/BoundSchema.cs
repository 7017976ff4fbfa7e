namespace Microsoft.ML.LlamaVae.DataView;

/// <summary>A transform on a given input schema.</summary>
/// <param name="Input">The input's schema.</param>
/// <param name="Output">The input's columns, then the made ones.</param>
/// <param name="Sources">Indices of the columns that are read.</param>
internal sealed record BoundSchema(DataViewSchema Input, DataViewSchema Output, IReadOnlyList<int> Sources)
{
    /// <summary>A flag for each output column.</summary>
    public bool[] Active(IEnumerable<DataViewSchema.Column> needed)
    {
        var active = new bool[Output.Count];
        foreach (var column in needed)
        {
            active[column.Index] = true;
        }

        return active;
    }

    /// <summary>Whether a made column is active, so that the map must run.</summary>
    public bool IsMapped(bool[] active) => active.AsSpan(Input.Count).Contains(true);

    /// <summary>The input columns that active columns need.</summary>
    public IEnumerable<DataViewSchema.Column> Needed(bool[] active)
    {
        var isMapped = IsMapped(active);
        return Input.Where(column => active[column.Index] || (isMapped && Sources.Contains(column.Index)));
    }

    /// <summary>The error for a column that was not asked for.</summary>
    public static Exception Inactive(DataViewSchema.Column column) =>
        new ArgumentOutOfRangeException(nameof(column), $"Requested column '{column.Name}' is not active");
}
