using System.Text;
using Microsoft.ML.LlamaVae.Tokenization.Segmentation;

namespace Microsoft.ML.LlamaVae.Tokenization.HuggingFace;

/// <summary>Pieces in the alphabet of bytes; bytes that are no UTF-8 become U+FFFD.</summary>
internal sealed class ByteLevelDecoder : IPieceDecoder
{
    /// <inheritdoc/>
    public string Decode(IReadOnlyList<string> pieces)
    {
        using var bytes = new PooledList<byte>(8 * pieces.Count);
        foreach (var piece in pieces)
        {
            bytes.AddRange(ByteAlphabet.Bytes(piece));
        }

        return Encoding.UTF8.GetString(bytes.Items);
    }
}
