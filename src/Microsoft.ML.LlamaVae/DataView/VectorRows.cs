namespace Microsoft.ML.LlamaVae.DataView;

/// <summary>The rows of a batch that can be computed with, as one matrix for each input column.</summary>
/// <param name="Slots">Where the rows stand in the batch.</param>
/// <param name="Missing">Where the others stand.</param>
/// <param name="Matrices">By input column, [rows, size], row by row.</param>
internal sealed record VectorRows(IReadOnlyList<int> Slots, IReadOnlyList<int> Missing, IReadOnlyList<float[]> Matrices)
{
    /// <summary>Gathers the rows whose vectors are all there: finite, and not zero where zero stands for missing.</summary>
    /// <param name="columns">What the columns must be; vectors of a given size.</param>
    /// <param name="inputs">Their values.</param>
    /// <param name="count">Rows of the batch.</param>
    public static VectorRows Gather(
        IReadOnlyList<RequiredColumn> columns,
        IReadOnlyList<ColumnBuffer> inputs,
        int count
    )
    {
        var (slots, missing) = (new List<int>(count), new List<int>());
        var matrices = columns.Select(column => new float[count * column.Size!.Value]).ToArray();
        for (var slot = 0; slot < count; slot++)
        {
            var isThere = true;
            for (var i = 0; i < columns.Count; i++)
            {
                var size = columns[i].Size!.Value;
                var row = matrices[i].AsSpan(slots.Count * size, size);
                VectorValues.Read(inputs[i], slot, row);
                isThere &= VectorValues.IsFinite(row) && !(columns[i].IsZeroMissing && row.IndexOfAnyExcept(0f) < 0);
            }

            (isThere ? slots : missing).Add(slot);
        }

        return new VectorRows(
            slots,
            missing,
            [.. matrices.Select((matrix, i) => matrix[..(slots.Count * columns[i].Size!.Value)])]
        );
    }
}
