using System.Globalization;

namespace Microsoft.ML.LlamaVae.Tokenization;

/// <summary>Pieces that stand for one byte, written <c>&lt;0x0A&gt;</c>.</summary>
internal static class BytePieces
{
    /// <summary>Reads the byte; false where the piece is something else.</summary>
    public static bool TryParse(string piece, out byte value)
    {
        value = 0;
        return piece.Length == 6
            && piece.StartsWith("<0x", StringComparison.Ordinal)
            && piece[^1] == '>'
            && byte.TryParse(
                piece.AsSpan(3, 2),
                NumberStyles.AllowHexSpecifier,
                CultureInfo.InvariantCulture,
                out value
            );
    }

    /// <summary>The ids of the 256 bytes; null unless all of them are there.</summary>
    public static int[]? Find(Func<string, int?> idOf)
    {
        var ids = Enumerable.Range(0, 256).Select(b => idOf($"<0x{b:X2}>")).ToArray();
        return ids.Contains(null) ? null : [.. ids.Select(id => id!.Value)];
    }
}
