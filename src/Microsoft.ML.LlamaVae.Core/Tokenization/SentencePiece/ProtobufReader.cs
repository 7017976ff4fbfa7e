using System.Buffers.Binary;

namespace Microsoft.ML.LlamaVae.Tokenization.SentencePiece;

/// <summary>Reads the fields of one Protocol Buffers message, in file order.</summary>
internal ref struct ProtobufReader(ReadOnlySpan<byte> message)
{
    private ReadOnlySpan<byte> _rest = message;
    private ulong _scalar;

    /// <summary>The number of the current field.</summary>
    public int Field { get; private set; }

    /// <summary>The current field where it is a string, bytes or a message; empty otherwise.</summary>
    public ReadOnlySpan<byte> Bytes { get; private set; }

    /// <summary>The current field where it is an integer, an enum or a bool.</summary>
    public readonly int Int32 => unchecked((int)_scalar);

    /// <summary>The current field where it is a bool.</summary>
    public readonly bool Bool => _scalar != 0;

    /// <summary>The current field where it is a float.</summary>
    public readonly float Single => BitConverter.UInt32BitsToSingle(unchecked((uint)_scalar));

    /// <summary>Moves to the next field; false at the end.</summary>
    /// <exception cref="InvalidDataException">The bytes are no message.</exception>
    public bool Read()
    {
        if (_rest.IsEmpty)
        {
            return false;
        }

        var tag = Varint();
        Field = (int)(tag >> 3);
        Bytes = default;
        _scalar = 0;
        switch (tag & 7)
        {
            case 0:
                _scalar = Varint();
                break;
            case 1:
                _scalar = BinaryPrimitives.ReadUInt64LittleEndian(Take(8));
                break;
            case 2:
                Bytes = Take(Varint());
                break;
            case 5:
                _scalar = BinaryPrimitives.ReadUInt32LittleEndian(Take(4));
                break;
            default:
                throw new InvalidDataException($"a field has the unknown wire type {tag & 7}");
        }

        return true;
    }

    private ReadOnlySpan<byte> Take(ulong length)
    {
        if (length > (ulong)_rest.Length)
        {
            throw new InvalidDataException(
                $"a field of {length} bytes has only {_rest.Length} left; the file is cut short"
            );
        }

        var taken = _rest[..(int)length];
        _rest = _rest[(int)length..];
        return taken;
    }

    private ulong Varint()
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var b = Take(1)[0];
            value |= (ulong)(b & 0x7F) << shift;
            if (b < 0x80)
            {
                return value;
            }
        }

        throw new InvalidDataException("an integer is longer than ten bytes");
    }
}
