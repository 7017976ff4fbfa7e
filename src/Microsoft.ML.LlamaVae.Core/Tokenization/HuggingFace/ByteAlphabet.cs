using System.Text;

namespace Microsoft.ML.LlamaVae.Tokenization.HuggingFace;

/// <summary>GPT-2's way to write any bytes as printable characters: one character for each byte.</summary>
internal static class ByteAlphabet
{
    private static readonly Dictionary<char, byte> s_bytes = Build();

    /// <summary>The bytes that a piece stands for; a piece with other characters stands for its own text.</summary>
    public static byte[] Bytes(string piece)
    {
        var bytes = new byte[piece.Length];
        for (var i = 0; i < piece.Length; i++)
        {
            if (!s_bytes.TryGetValue(piece[i], out bytes[i]))
            {
                return Encoding.UTF8.GetBytes(piece);
            }
        }

        return bytes;
    }

    // Printable characters of Latin-1 stand for themselves; the other bytes take the characters from U+0100 on.
    private static Dictionary<char, byte> Build()
    {
        var bytes = new Dictionary<char, byte>();
        var next = '\u0100';
        for (var b = 0; b < 256; b++)
        {
            var isPrintable = b is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or (>= 0xAE and <= 0xFF);
            bytes[isPrintable ? (char)b : next++] = (byte)b;
        }

        return bytes;
    }
}
