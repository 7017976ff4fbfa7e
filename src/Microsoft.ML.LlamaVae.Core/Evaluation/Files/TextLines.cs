using System.Text;

namespace Microsoft.ML.LlamaVae.Evaluation;

/// <summary>The lines of a UTF-8 text file, decompressed where its name ends in .gz.</summary>
internal static class TextLines
{
    private static readonly UTF8Encoding s_utf8 = new(
        encoderShouldEmitUTF8Identifier: false,
        throwOnInvalidBytes: true
    );

    /// <summary>All lines, blank ones too.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It isn't UTF-8, or is damaged; names file and line.</exception>
    public static List<string> Read(string path)
    {
        ReadOnlySpan<byte> rest = TextBytes.Read(path);
        if (rest.StartsWith(Encoding.UTF8.Preamble))
        {
            rest = rest[Encoding.UTF8.Preamble.Length..];
        }

        var lines = new List<string>();
        while (rest.Length > 0)
        {
            var end = rest.IndexOfAny((byte)'\n', (byte)'\r');
            lines.Add(Decode(end < 0 ? rest : rest[..end], path, lines.Count + 1));
            rest = end < 0 ? [] : rest[(end + (rest[end..].StartsWith("\r\n"u8) ? 2 : 1))..];
        }

        return lines;
    }

    private static string Decode(ReadOnlySpan<byte> line, string path, int number)
    {
        try
        {
            return s_utf8.GetString(line);
        }
        catch (DecoderFallbackException error)
        {
            throw new InvalidDataException($"{path}, line {number}: not UTF-8. Convert the file to UTF-8.", error);
        }
    }
}
