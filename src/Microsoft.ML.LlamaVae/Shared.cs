namespace Microsoft.ML.LlamaVae;

/// <summary>Something that several transformers use and the last one disposes.</summary>
internal sealed class Shared<T> : IDisposable
    where T : class, IDisposable
{
    private readonly Handle _handle;
    private int _disposed;

    /// <summary>Takes ownership.</summary>
    public Shared(T value)
        : this(new Handle(value)) { }

    private Shared(Handle handle) => _handle = handle;

    /// <exception cref="ObjectDisposedException">This share was disposed.</exception>
    public T Value
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposed != 0, typeof(T));
            return _handle.Value;
        }
    }

    /// <summary>Another share of the same.</summary>
    public Shared<T> Share()
    {
        ObjectDisposedException.ThrowIf(_disposed != 0, typeof(T));
        Interlocked.Increment(ref _handle.Count);
        return new Shared<T>(_handle);
    }

    /// <summary>Gives the share back; more than once does no harm.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0 && Interlocked.Decrement(ref _handle.Count) == 0)
        {
            _handle.Value.Dispose();
        }
    }

    private sealed class Handle(T value)
    {
        public readonly T Value = value;
        public int Count = 1;
    }
}
