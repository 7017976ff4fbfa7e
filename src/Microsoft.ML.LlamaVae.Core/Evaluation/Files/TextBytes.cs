using System.IO.Compression;

namespace Microsoft.ML.LlamaVae.Evaluation;

/// <summary>The bytes of a text file, decompressed where its name ends in .gz.</summary>
internal static class TextBytes
{
    // No byte of UTF-8.
    private const byte End = 0xFF;

    /// <summary>Reads the whole file.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The compressed file is damaged or cut short.</exception>
    public static byte[] Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var bytes = File.ReadAllBytes(path);
        return path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? Decompress(bytes, path) : bytes;
    }

    // GZipStream takes a file that was cut short for one that ends there, wherever it was cut. A member of one byte that is put
    // behind the file comes out last only where the file is whole.
    private static byte[] Decompress(byte[] bytes, string path)
    {
        using var compressed = new MemoryStream();
        compressed.Write(bytes);
        using (var member = new GZipStream(compressed, CompressionLevel.Fastest, leaveOpen: true))
        {
            member.WriteByte(End);
        }

        compressed.Position = 0;
        using var text = new MemoryStream();
        try
        {
            using var gzip = new GZipStream(compressed, CompressionMode.Decompress);
            gzip.CopyTo(text);
        }
        catch (InvalidDataException error)
        {
            throw Damaged(path, text, error);
        }

        var all = text.ToArray();
        return all.Length > 0 && all[^1] == End ? all[..^1] : throw Damaged(path, text, null);
    }

    private static InvalidDataException Damaged(string path, MemoryStream text, Exception? error)
    {
        var line = 1 + text.ToArray().Count(value => value == (byte)'\n');
        return new InvalidDataException(
            $"{path}, line {line}: the gzip data is damaged or cut short after {text.Length} bytes of text; expected a whole file. Copy or compress the file again.",
            error
        );
    }
}
