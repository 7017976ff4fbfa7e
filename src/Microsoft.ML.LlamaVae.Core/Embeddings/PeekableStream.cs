using Microsoft.ML.LlamaVae.Checkpoints;

namespace Microsoft.ML.LlamaVae.Embeddings;

/// <summary>A stream whose first bytes can be looked at before it is read; the inner stream stays open.</summary>
/// <remarks>Damage that a decompressing inner stream meets is reported under the name of the source.</remarks>
internal sealed class PeekableStream : ReadOnlyStream
{
    private readonly Stream _inner;
    private readonly string _source;
    private readonly byte[] _head;
    private int _given;

    public PeekableStream(Stream inner, string source)
    {
        _inner = inner;
        _source = source;
        var head = new byte[4];
        _head = head[..ReadInner(head, wholeBuffer: true)];
    }

    public bool StartsWith(ReadOnlySpan<byte> magic) => _head.AsSpan().StartsWith(magic);

    public override int Read(Span<byte> buffer)
    {
        if (_given == _head.Length)
        {
            return ReadInner(buffer, wholeBuffer: false);
        }

        var count = Math.Min(buffer.Length, _head.Length - _given);
        _head.AsSpan(_given, count).CopyTo(buffer);
        _given += count;
        return count;
    }

    private int ReadInner(Span<byte> buffer, bool wholeBuffer)
    {
        try
        {
            return wholeBuffer
                ? _inner.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false)
                : _inner.Read(buffer);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"'{_source}' is damaged: {e.Message}", e);
        }
    }
}
