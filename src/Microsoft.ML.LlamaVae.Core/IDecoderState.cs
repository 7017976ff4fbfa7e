using static TorchSharp.torch;

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

    /// <summary>Whether <see cref="Restart"/> works; if not, a batch is generated to its end before the next one begins.</summary>
    bool CanRestart => false;

    /// <summary>Lets rows start anew behind another memory while the others go on: the next text takes a finished one's place.</summary>
    /// <param name="rows">Indices into the current rows.</param>
    /// <param name="memory">[b, L, 2, Hkv, M, Dh] for b rows, with as many slots as the state was started with; null where it was started without.</param>
    /// <exception cref="NotSupportedException">Where <see cref="CanRestart"/> is false.</exception>
    void Restart(ReadOnlySpan<long> rows, Tensor? memory) =>
        throw new NotSupportedException($"Rows of a {GetType().Name} cannot start anew.");
}
