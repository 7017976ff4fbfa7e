using System.Text;
using Microsoft.ML.LlamaVae.Tokenization.Segmentation;
using Microsoft.ML.LlamaVae.Tokenization.SentencePiece;

namespace Microsoft.ML.LlamaVae.Tokenization.HuggingFace;

/// <summary>SentencePiece's compiled rules (<c>Precompiled</c>), applied as sentencepiece does: the longest match first.</summary>
internal sealed class CharacterMapRewriter(CharacterMap rules) : ITextRewriter
{
    /// <inheritdoc/>
    public string Rewrite(string text)
    {
        ReadOnlySpan<byte> rest = Encoding.UTF8.GetBytes(text);
        using var rewritten = new PooledList<byte>(2 * rest.Length);
        while (!rest.IsEmpty)
        {
            var length = rules.Match(rest, out var replacement);
            var character = Utf8Length.Of(rest[0]);
            rewritten.AddRange(length > 0 ? replacement : rest[..character]);
            rest = rest[(length > 0 ? length : character)..];
        }

        return Encoding.UTF8.GetString(rewritten.Items);
    }
}
