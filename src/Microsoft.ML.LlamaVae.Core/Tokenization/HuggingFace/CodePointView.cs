using System.Globalization;

namespace Microsoft.ML.LlamaVae.Tokenization.HuggingFace;

/// <summary>Text with one char for each code point: beyond the BMP, a stand-in of the same Unicode category.</summary>
/// <remarks>
/// .NET's regular expressions see UTF-16 halves, which are neither letters nor numbers; the patterns of tokenizers ask for
/// categories of whole characters.
/// </remarks>
internal readonly ref struct CodePointView
{
    // By UnicodeCategory; none of them occurs in patterns.
    private const string StandIns =
        "\u00C0\u00E0\u01C5\u02B0\u05D0" // letters
        + "\u0300\u0903\u0488" // marks
        + "\u0660\u2160\u00B2" // numbers
        + "\u00A0\u2028\u2029" // separators
        + "\u0080\u00AD\uFFFD\uE000" // control, format, surrogate, private use
        + "\u203F\u2010\u0F3A\u0F3B\u00AB\u00BB\u00A1" // punctuation
        + "\u00AC\u00A2\u00A8\u00A6" // symbols
        + "\u0378"; // unassigned

    private readonly int[]? _offsets;

    public CodePointView(ReadOnlySpan<char> text)
    {
        if (!text.ContainsAnyInRange('\uD800', '\uDFFF'))
        {
            Characters = text;
            return;
        }

        var characters = new char[text.Length];
        _offsets = new int[text.Length + 1];
        var (count, offset) = (0, 0);
        foreach (var rune in text.EnumerateRunes())
        {
            _offsets[count] = offset;
            characters[count++] = rune.IsBmp
                ? (char)rune.Value
                : StandIns[(int)CharUnicodeInfo.GetUnicodeCategory(rune.Value)];
            offset += rune.Utf16SequenceLength;
        }

        _offsets[count] = offset;
        Characters = characters.AsSpan(0, count);
    }

    /// <summary>One char for each code point.</summary>
    public ReadOnlySpan<char> Characters { get; }

    /// <summary>Where a code point starts in the text.</summary>
    public int Utf16Offset(int codePoint) => _offsets is null ? codePoint : _offsets[codePoint];
}
