using System.Buffers.Binary;
using System.Text;

namespace Microsoft.ML.LlamaVae.Native;

/// <summary>The version needs of a 64-bit little-endian ELF image (section type SHT_GNU_verneed).</summary>
internal static class ElfVersionNeed
{
    private const uint SectionTypeVersionNeed = 0x6ffffffe;
    private const ushort FlagWeak = 0x2;

    /// <summary>Sets VER_FLG_WEAK on every need of <paramref name="version"/>, in place.</summary>
    /// <returns>False where the image isn't of that format or doesn't need that version.</returns>
    public static bool Weaken(Span<byte> image, string version)
    {
        ReadOnlySpan<byte> magic = [0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1];
        if (image.Length < 0x40 || !image.StartsWith(magic))
        {
            return false;
        }

        var table = (int)BinaryPrimitives.ReadInt64LittleEndian(image[0x28..]);
        int size = BinaryPrimitives.ReadUInt16LittleEndian(image[0x3A..]);
        int count = BinaryPrimitives.ReadUInt16LittleEndian(image[0x3C..]);
        var wanted = Encoding.ASCII.GetBytes(version + '\0');
        var found = false;
        for (var i = 0; i < count; i++)
        {
            var section = image[(table + i * size)..];
            if (BinaryPrimitives.ReadUInt32LittleEndian(section[4..]) == SectionTypeVersionNeed)
            {
                var link = BinaryPrimitives.ReadInt32LittleEndian(section[40..]);
                var strings = (int)BinaryPrimitives.ReadInt64LittleEndian(image[(table + link * size + 24)..]);
                var offset = (int)BinaryPrimitives.ReadInt64LittleEndian(section[24..]);
                found |= WeakenSection(image, offset, strings, wanted);
            }
        }

        return found;
    }

    // Elf64_Verneed { version, cnt : u16; file, aux, next : u32 } with a chain of Elf64_Vernaux { hash : u32; flags, other : u16; name, next : u32 }.
    private static bool WeakenSection(Span<byte> image, int need, int strings, ReadOnlySpan<byte> wanted)
    {
        var found = false;
        while (true)
        {
            int entries = BinaryPrimitives.ReadUInt16LittleEndian(image[(need + 2)..]);
            var aux = need + BinaryPrimitives.ReadInt32LittleEndian(image[(need + 8)..]);
            for (var k = 0; k < entries; k++)
            {
                var name = strings + BinaryPrimitives.ReadInt32LittleEndian(image[(aux + 8)..]);
                if (image[name..].StartsWith(wanted))
                {
                    var flags = BinaryPrimitives.ReadUInt16LittleEndian(image[(aux + 4)..]);
                    BinaryPrimitives.WriteUInt16LittleEndian(image[(aux + 4)..], (ushort)(flags | FlagWeak));
                    found = true;
                }

                aux += BinaryPrimitives.ReadInt32LittleEndian(image[(aux + 12)..]);
            }

            var next = BinaryPrimitives.ReadInt32LittleEndian(image[(need + 12)..]);
            if (next == 0)
            {
                return found;
            }

            need += next;
        }
    }
}
