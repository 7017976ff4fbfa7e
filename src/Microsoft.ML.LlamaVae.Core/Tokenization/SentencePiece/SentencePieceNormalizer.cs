using Microsoft.ML.LlamaVae.Tokenization.Segmentation;

namespace Microsoft.ML.LlamaVae.Tokenization.SentencePiece;

/// <summary>Rewrites text the way the model's pieces expect it: compatibility forms, spaces, ▁.</summary>
internal sealed class SentencePieceNormalizer
{
    private readonly SentencePieceModel _model;
    private readonly PieceTrie? _untouched;
    private readonly CharacterMap? _rules;

    /// <param name="model">Its rules.</param>
    /// <param name="untouched">Pieces that stay as they are; null for none.</param>
    public SentencePieceNormalizer(SentencePieceModel model, PieceTrie? untouched)
    {
        _model = model;
        _untouched = untouched;
        _rules = model.CharacterMap.Length == 0 ? null : CharacterMap.Parse(model.CharacterMap);
    }

    private ReadOnlySpan<byte> Space => _model.EscapeSpaces ? "▁"u8 : " "u8;

    /// <summary>Appends the normalised text.</summary>
    /// <param name="text">Valid UTF-8.</param>
    /// <param name="normalized">Receives it.</param>
    public void Normalize(ReadOnlySpan<byte> text, PooledList<byte> normalized)
    {
        if (_model.RemoveExtraSpaces)
        {
            text = SkipSpaces(text);
        }

        if (text.IsEmpty)
        {
            return;
        }

        if (_model.AddDummyPrefix)
        {
            normalized.AddRange(Space);
        }

        var afterSpace = _model.RemoveExtraSpaces;
        while (!text.IsEmpty)
        {
            text = text[Next(text, out var part)..];
            part = afterSpace ? part.TrimStart((byte)' ') : part;
            if (!part.IsEmpty)
            {
                Append(part, normalized);
                afterSpace = _model.RemoveExtraSpaces && part[^1] == ' ';
            }
        }

        while (_model.RemoveExtraSpaces && normalized.Items.EndsWith(Space))
        {
            normalized.Truncate(normalized.Count - Space.Length);
        }
    }

    private ReadOnlySpan<byte> SkipSpaces(ReadOnlySpan<byte> text)
    {
        while (!text.IsEmpty)
        {
            var length = Next(text, out var part);
            if (!part.SequenceEqual(" "u8))
            {
                break;
            }

            text = text[length..];
        }

        return text;
    }

    // The shortest prefix that is rewritten as a whole, and what it becomes.
    private int Next(ReadOnlySpan<byte> text, out ReadOnlySpan<byte> part)
    {
        if (_untouched?.LongestPrefix(text) is > 0 and var whole)
        {
            part = text[..whole];
            return whole;
        }

        if (_rules?.Match(text, out part) is > 0 and var length)
        {
            return length;
        }

        part = text[..Utf8Length.Of(text[0])];
        return part.Length;
    }

    private void Append(ReadOnlySpan<byte> part, PooledList<byte> normalized)
    {
        while (_model.EscapeSpaces && part.IndexOf((byte)' ') is >= 0 and var space)
        {
            normalized.AddRange(part[..space]);
            normalized.AddRange(Space);
            part = part[(space + 1)..];
        }

        normalized.AddRange(part);
    }
}
