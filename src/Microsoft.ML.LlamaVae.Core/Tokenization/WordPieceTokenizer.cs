using System.Text;
using Microsoft.ML.Tokenizers;

namespace Microsoft.ML.LlamaVae.Tokenization;

/// <summary>BERT's WordPiece with the vocabulary of a <c>vocab.txt</c>, by Microsoft.ML.Tokenizers: lower case, accents removed.</summary>
/// <remarks>Accents stay where the application runs in .NET's invariant globalization mode, which cannot take them apart.</remarks>
internal sealed class WordPieceTokenizer : ITextTokenizer
{
    private readonly BertTokenizer _inner;

    public WordPieceTokenizer(TokenizerFile file, SpecialTokens? overrides)
    {
        File = file;
        var bytes = file.Content.ToArray();
        VocabularySize = Encoding.UTF8.GetString(bytes).TrimEnd('\n', '\r').Split('\n').Length;
        try
        {
            using var stream = new MemoryStream(bytes);
            _inner = BertTokenizer.Create(stream, new BertOptions { RemoveNonSpacingMarks = true });
        }
        catch (Exception e) when (e is ArgumentException or KeyNotFoundException)
        {
            throw new InvalidDataException(
                $"'{file.Name}' is not the vocabulary of a BERT: one piece to a line, [PAD], [UNK], [CLS] and [SEP] among them ({e.Message}).",
                e
            );
        }

        SpecialTokens = (overrides ?? SpecialTokens.None).Or(
            new SpecialTokens(
                _inner.ClassificationTokenId,
                _inner.SeparatorTokenId,
                _inner.PaddingTokenId,
                _inner.UnknownTokenId
            )
        );
    }

    public int VocabularySize { get; }

    public SpecialTokens SpecialTokens { get; }

    public TokenizerFile File { get; }

    public int[] Encode(string text) => [.. _inner.EncodeToIds(text, addSpecialTokens: false)];

    public string Decode(ReadOnlySpan<int> ids)
    {
        foreach (var id in ids)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(id, nameof(ids));
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(id, VocabularySize, nameof(ids));
        }

        return _inner.Decode(ids.ToArray(), skipSpecialTokens: true) ?? "";
    }
}
