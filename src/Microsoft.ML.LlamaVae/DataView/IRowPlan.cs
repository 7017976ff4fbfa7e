namespace Microsoft.ML.LlamaVae.DataView;

/// <summary>When the rows behind a cursor are read and computed.</summary>
internal interface IRowPlan : IDisposable
{
    /// <summary>Goes to the next row.</summary>
    /// <returns>Its slot; null at the end.</returns>
    int? MoveNext();

    /// <summary>Makes the columns of the present row, if they aren't there yet.</summary>
    void Compute();
}
