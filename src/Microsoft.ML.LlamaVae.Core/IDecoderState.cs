namespace Microsoft.ML.LlamaVae;

/// <summary>What a decoder remembers between two steps of generation: for a transformer, the key/value cache.</summary>
public interface IDecoderState : IDisposable
{
    /// <summary>Rows B.</summary>
    int Batch { get; }

    /// <summary>Text tokens fed so far (memory slots don't count).</summary>
    int Length { get; }

    /// <summary>Keeps only the given rows, in the given order: finished texts leave the batch.</summary>
    /// <param name="rows">Indices into the current rows.</param>
    void Keep(ReadOnlySpan<long> rows);
}
