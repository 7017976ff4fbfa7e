using Microsoft.ML.LlamaVae.Checkpoints;

namespace Microsoft.ML.LlamaVae.Tests;

/// <summary>Bytes that come in small pieces and only once, as from a network.</summary>
internal sealed class ForwardOnlyStream(byte[] bytes, int piece = 7) : ReadOnlyStream
{
    private int _position;

    public override int Read(Span<byte> buffer)
    {
        var count = Math.Min(Math.Min(piece, buffer.Length), bytes.Length - _position);
        bytes.AsSpan(_position, count).CopyTo(buffer);
        _position += count;
        return count;
    }
}
