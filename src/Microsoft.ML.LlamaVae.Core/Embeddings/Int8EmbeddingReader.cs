using System.Text;

namespace Microsoft.ML.LlamaVae.Embeddings;

/// <summary>Reads the int8 table: "WV8\0", int32 N, int32 C, then N times (u8 length, UTF-8 word, f32 scale, C × int8), little-endian.</summary>
/// <remarks>A value is scale × int8: an eighth of the size of text, and a cosine to the original above 0.9999 for GloVe.</remarks>
internal static class Int8EmbeddingReader
{
    public static ReadOnlySpan<byte> Magic => "WV8\0"u8;

    /// <param name="content">The table.</param>
    /// <param name="table">Takes the rows.</param>
    /// <param name="limit">Stops after this many words.</param>
    /// <param name="cancellationToken">Stops between two words.</param>
    /// <exception cref="InvalidDataException">An entry is wrong; names its number.</exception>
    public static void Read(Stream content, WordEmbeddingTable table, int limit, CancellationToken cancellationToken)
    {
        using var reader = new BinaryReader(content, Encoding.UTF8, leaveOpen: true);
        try
        {
            reader.ReadBytes(Magic.Length);
            var words = reader.ReadInt32();
            table.SetSize(reader.ReadInt32(), "header");
            if (words < 1)
            {
                throw table.Error($"header: {words} words; expected at least one.");
            }

            var vector = new float[table.Size];
            for (var entry = 1; entry <= Math.Min(words, limit); entry++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                ReadEntry(reader, table, vector, entry);
            }

            if (words <= limit && content.ReadByte() >= 0)
            {
                throw table.Error($"entry {words}: more bytes follow the last entry.");
            }
        }
        catch (EndOfStreamException e)
        {
            throw new InvalidDataException(table.Error($"entry {table.Count + 1}: the content ends here.").Message, e);
        }
    }

    private static void ReadEntry(BinaryReader reader, WordEmbeddingTable table, float[] vector, int entry)
    {
        var word = Encoding.UTF8.GetString(ReadExactly(reader, reader.ReadByte()));
        var scale = reader.ReadSingle();
        var quantized = ReadExactly(reader, vector.Length);
        for (var i = 0; i < vector.Length; i++)
        {
            vector[i] = scale * (sbyte)quantized[i];
        }

        table.Add(word, vector, entry, "entry");
    }

    private static byte[] ReadExactly(BinaryReader reader, int count)
    {
        var bytes = reader.ReadBytes(count);
        return bytes.Length == count ? bytes : throw new EndOfStreamException();
    }
}
