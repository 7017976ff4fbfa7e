namespace Microsoft.ML.LlamaVae.DataView;

/// <summary>Computes columns from columns, many rows at once: what a transformer of ours has of its own.</summary>
internal interface IBatchMap
{
    /// <summary>The columns that are read.</summary>
    IReadOnlyList<RequiredColumn> Inputs { get; }

    /// <summary>The columns that are made, with their annotations.</summary>
    IReadOnlyList<DataViewSchema.DetachedColumn> Outputs { get; }

    /// <summary>Rows in the first call of a cursor.</summary>
    int BatchSize { get; }

    /// <summary>The most rows in one call, for a map that gains from choosing which of them to run together.</summary>
    int LookAhead => BatchSize;

    /// <summary>Computes the outputs of the first <paramref name="count"/> rows. Called from several threads at once.</summary>
    /// <param name="inputs">In the order of <see cref="Inputs"/>.</param>
    /// <param name="outputs">In the order of <see cref="Outputs"/>; their values may hold buffers to reuse.</param>
    /// <param name="count">Rows.</param>
    void Map(IReadOnlyList<ColumnBuffer> inputs, IReadOnlyList<ColumnBuffer> outputs, int count);
}
