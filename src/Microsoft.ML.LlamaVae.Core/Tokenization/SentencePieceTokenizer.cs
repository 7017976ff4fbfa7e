using Microsoft.ML.Tokenizers;

namespace Microsoft.ML.LlamaVae.Tokenization;

/// <summary>A SentencePiece BPE model.</summary>
internal sealed class SentencePieceTokenizer : ITextTokenizer
{
    private readonly LlamaTokenizer _inner;

    public SentencePieceTokenizer(TokenizerFile file, SpecialTokens? overrides)
    {
        File = file;
        using var stream = new MemoryStream(file.Content.ToArray());
        _inner = LlamaTokenizer.Create(stream, addBeginOfSentence: false, addEndOfSentence: false);
        VocabularySize = _inner.Vocabulary.Count;
        SpecialTokens =
            overrides
            ?? new SpecialTokens(_inner.BeginningOfSentenceId, _inner.EndOfSentenceId, null, _inner.UnknownId);
    }

    public int VocabularySize { get; }

    public SpecialTokens SpecialTokens { get; }

    public TokenizerFile File { get; }

    public int[] Encode(string text) => [.. _inner.EncodeToIds(text)];

    public string Decode(ReadOnlySpan<int> ids) => _inner.Decode(ids.ToArray()) ?? "";
}
