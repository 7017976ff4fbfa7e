namespace Microsoft.ML.LlamaVae.DataView;

/// <summary>
/// Lets a map take rows as it has room for them: none waits for the end of a batch. The map reads ahead only while a made value is
/// asked for, and a row that is passed before the map has taken it is never computed.
/// </summary>
/// <remarks>Rows are numbered as the source has them; a row's slot is its number modulo the slots.</remarks>
internal sealed class StreamPlan : IRowPlan
{
    private readonly RowBuffers _rows;
    private readonly IEnumerator<int> _computed;
    private readonly Queue<long> _taken = new(); // by the map, and not computed
    private long _present = -1;
    private long _read; // rows
    private long _nextToTake;
    private long _last = -1; // computed
    private bool _isAtEnd;

    public StreamPlan(IStreamMap map, RowBuffers rows)
    {
        _rows = rows;
        _computed = map.Stream(Take(), rows.Inputs, rows.Outputs).GetEnumerator();
    }

    /// <inheritdoc/>
    public int? MoveNext() => ++_present < _read || Read() ? Slot(_present) : null;

    /// <inheritdoc/>
    public void Compute()
    {
        while (_last < _present && _computed.MoveNext())
        {
            _last = _taken.Dequeue();
        }

        if (_last < _present)
        {
            throw new InvalidOperationException("A row before this one has failed in this cursor; open another one.");
        }
    }

    public void Dispose() => _computed.Dispose();

    // The slots of the rows that the map takes.
    private IEnumerable<int> Take()
    {
        while (true)
        {
            var row = Math.Max(_present, _nextToTake);
            if (row >= _read && !Read())
            {
                yield break;
            }

            _nextToTake = row + 1;
            _taken.Enqueue(row);
            yield return Slot(row);
        }
    }

    private bool Read()
    {
        _isAtEnd = _isAtEnd || !_rows.Read(Slot(_read));
        if (!_isAtEnd)
        {
            _read++;
        }

        return !_isAtEnd;
    }

    private int Slot(long row) => (int)(row % _rows.Size);
}
