namespace Microsoft.ML.LlamaVae.DataView;

/// <summary>A map whose rows take different times: it takes another one whenever one is done.</summary>
internal interface IStreamMap : IBatchMap
{
    /// <summary>The most rows that are taken and not computed.</summary>
    int ReadAhead { get; }

    /// <summary>Computes the outputs of the rows in these slots, in their order, while the result is enumerated.</summary>
    /// <param name="slots">Asked for whenever there is room for another row.</param>
    /// <param name="inputs">In the order of <see cref="IBatchMap.Inputs"/>; read as a slot is taken.</param>
    /// <param name="outputs">In the order of <see cref="IBatchMap.Outputs"/>.</param>
    /// <returns>Each slot once its outputs are there.</returns>
    IEnumerable<int> Stream(
        IEnumerable<int> slots,
        IReadOnlyList<ColumnBuffer> inputs,
        IReadOnlyList<ColumnBuffer> outputs
    );
}
