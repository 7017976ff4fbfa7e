using System.Text;

namespace Microsoft.ML.LlamaVae.Tokenization;

/// <summary>The bytes of pieces that each stand for one byte, until their characters are complete.</summary>
internal sealed class ByteRun
{
    private readonly List<byte> _bytes = [];

    public void Add(byte value) => _bytes.Add(value);

    /// <summary>Appends the characters and starts anew; a byte that is part of none becomes U+FFFD.</summary>
    public void MoveTo(StringBuilder text)
    {
        var rest = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_bytes);
        Span<char> utf16 = stackalloc char[2];
        while (!rest.IsEmpty)
        {
            var status = Rune.DecodeFromUtf8(rest, out var rune, out var length);
            text.Append(utf16[..rune.EncodeToUtf16(utf16)]);
            rest = rest[(status == System.Buffers.OperationStatus.Done ? length : 1)..];
        }

        _bytes.Clear();
    }
}
