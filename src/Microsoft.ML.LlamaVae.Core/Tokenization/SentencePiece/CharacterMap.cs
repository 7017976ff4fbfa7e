using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Microsoft.ML.LlamaVae.Tokenization.SentencePiece;

/// <summary>The compiled normalisation rules of a model (<c>precompiled_charsmap</c>): byte sequences and what replaces them.</summary>
/// <remarks>
/// Layout: the size of a double array in bytes, the double array (Aoe 1989; units as in darts-clone), then the replacements,
/// each ended by a NUL. The value of a key is where its replacement starts.
/// </remarks>
internal sealed class CharacterMap
{
    private const uint LeafBit = 0x8000_0000;

    private readonly uint[] _units;
    private readonly byte[] _replacements;

    private CharacterMap(uint[] units, byte[] replacements)
    {
        _units = units;
        _replacements = replacements;
    }

    /// <exception cref="InvalidDataException">The bytes have another layout.</exception>
    public static CharacterMap Parse(ReadOnlySpan<byte> bytes)
    {
        if (
            bytes.Length < 8
            || BinaryPrimitives.ReadUInt32LittleEndian(bytes) is var size
                && (size > bytes.Length - 4 || size % 4 != 0 || size == 0)
        )
        {
            throw new InvalidDataException("the normalisation rules (precompiled_charsmap) are cut short");
        }

        var units = new uint[size / 4];
        bytes.Slice(4, (int)size).CopyTo(MemoryMarshal.AsBytes(units.AsSpan()));
        if (!BitConverter.IsLittleEndian)
        {
            BinaryPrimitives.ReverseEndianness(units, units);
        }

        return new CharacterMap(units, bytes[(4 + (int)size)..].ToArray());
    }

    /// <summary>Finds the longest key that the text starts with.</summary>
    /// <param name="text">UTF-8, not empty.</param>
    /// <param name="replacement">What replaces it; may be empty.</param>
    /// <returns>The length of the key; 0 for none.</returns>
    public int Match(ReadOnlySpan<byte> text, out ReadOnlySpan<byte> replacement)
    {
        var (longest, value) = (0, 0);
        var node = Offset(_units[0]);
        for (var i = 0; i < text.Length; i++)
        {
            node ^= text[i];
            if (node >= _units.Length || (_units[node] & (LeafBit | 0xFF)) != text[i])
            {
                break;
            }

            var unit = _units[node];
            node ^= Offset(unit);
            if (((unit >> 8) & 1) != 0 && node < _units.Length)
            {
                (longest, value) = (i + 1, (int)(_units[node] & ~LeafBit));
            }
        }

        replacement = longest > 0 && value < _replacements.Length ? _replacements.AsSpan(value) : default;
        var end = replacement.IndexOf((byte)0);
        replacement = end < 0 ? replacement : replacement[..end];
        return longest;
    }

    private static uint Offset(uint unit) => (unit >> 10) << (int)((unit & (1 << 9)) >> 6);
}
