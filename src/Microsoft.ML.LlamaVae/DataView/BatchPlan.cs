namespace Microsoft.ML.LlamaVae.DataView;

/// <summary>Drains up to a batch of rows, and runs the map on all of them when the first made value of the batch is asked for.</summary>
/// <remarks>Batches grow fourfold up to the map's look-ahead: who asks for a few rows waits for a few.</remarks>
internal sealed class BatchPlan(IBatchMap map, RowBuffers rows) : IRowPlan
{
    private const int Growth = 4;
    private int _limit = map.BatchSize; // rows of the next batch
    private int _slot = -1;
    private int _count;
    private bool _isComputed;
    private bool _isAtEnd;

    /// <inheritdoc/>
    public int? MoveNext() => ++_slot < _count || Fill() ? _slot : null;

    /// <inheritdoc/>
    public void Compute()
    {
        if (!_isComputed)
        {
            map.Map(rows.Inputs, rows.Outputs, _count);
            _isComputed = true;
        }
    }

    public void Dispose() { }

    private bool Fill()
    {
        (_slot, _count, _isComputed) = (0, 0, false);
        while (!_isAtEnd && _count < _limit)
        {
            if (rows.Read(_count))
            {
                _count++;
            }
            else
            {
                _isAtEnd = true;
            }
        }

        _limit = Math.Min(Growth * _limit, rows.Size);
        return _count > 0;
    }
}
