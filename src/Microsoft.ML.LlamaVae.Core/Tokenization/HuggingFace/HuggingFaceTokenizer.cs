using System.Buffers;
using System.Text;
using System.Text.Json;
using Microsoft.ML.LlamaVae.Tokenization.Segmentation;

namespace Microsoft.ML.LlamaVae.Tokenization.HuggingFace;

/// <summary>A tokenizer.json: byte-level BPE (LLaMA 3, SmolLM, GPT-2), BPE with byte fallback (LLaMA 2) or unigram (T5).</summary>
/// <remarks>
/// Text never turns into special tokens: "&lt;|end_of_text|&gt;" in a text is just characters. Added tokens that aren't
/// special are found in text as the reference finds them.
/// </remarks>
internal sealed class HuggingFaceTokenizer : ITextTokenizer
{
    private readonly AddedTokenFinder _addedRaw;
    private readonly AddedTokenFinder _addedNormalized;
    private readonly ITextRewriter[] _normalizer;
    private readonly ITextSplitter[] _splitters;
    private readonly ISegmenter _segmenter;
    private readonly UnknownText _unknownText;
    private readonly IPieceDecoder _decoder;
    private readonly string?[] _writtenForms;

    private HuggingFaceTokenizer(TokenizerFile file, JsonElement root, Func<Vocabulary, SpecialTokens> overrides)
    {
        File = file;
        var vocabulary = new Vocabulary(root);
        VocabularySize = vocabulary.Size;
        _normalizer = NormalizerReader.Read(root.Field("normalizer"));
        _splitters = PreTokenizerReader.Read(root.Field("pre_tokenizer"));
        _decoder = DecoderReader.Read(root.Field("decoder"));
        var isByteLevel = PreTokenizerReader.IsByteLevel(root.Field("pre_tokenizer"));
        if (isByteLevel != _decoder is ByteLevelDecoder)
        {
            throw new NotSupportedException("ByteLevel is not supported in only one of pre-tokenizer and decoder.");
        }

        (_segmenter, _unknownText, var unknown) = SegmenterReader.Read(root.Required("model"), vocabulary, isByteLevel);
        SpecialTokens = overrides(vocabulary)
            .Or(SpecialTokenReader.Read(root, vocabulary, unknown))
            .Within(VocabularySize);
        _writtenForms = vocabulary.WrittenForms(SpecialTokens);

        var added = vocabulary.Added.Where(token => !token.IsSpecial).ToLookup(token => token.IsNormalized);
        _addedRaw = new AddedTokenFinder(added[false].Select(token => (token.Content, token)));
        _addedNormalized = new AddedTokenFinder(added[true].Select(token => (Normalize(token.Content), token)));
    }

    /// <inheritdoc/>
    public int VocabularySize { get; }

    /// <inheritdoc/>
    public SpecialTokens SpecialTokens { get; }

    /// <inheritdoc/>
    public TokenizerFile File { get; }

    /// <param name="file">A tokenizer.json.</param>
    /// <param name="overrides">Special tokens that go before those that the file implies.</param>
    /// <exception cref="InvalidDataException">The file is broken.</exception>
    /// <exception cref="NotSupportedException">A component is not supported.</exception>
    public static HuggingFaceTokenizer Parse(TokenizerFile file, Func<Vocabulary, SpecialTokens> overrides)
    {
        try
        {
            using var json = JsonDocument.Parse(file.Content);
            return new HuggingFaceTokenizer(file, json.RootElement, overrides);
        }
        catch (NotSupportedException e)
        {
            throw new NotSupportedException($"'{file.Name}': {e.Message}", e);
        }
        catch (Exception e)
            when (e
                    is JsonException
                        or InvalidDataException
                        or InvalidOperationException
                        or FormatException
                        or IndexOutOfRangeException
            )
        {
            throw new InvalidDataException(
                $"'{file.Name}' is not a tokenizer.json: {e.Message}. Fetch the file again (large files may be Git LFS pointers).",
                e
            );
        }
    }

    /// <inheritdoc/>
    public int[] Encode(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        text = WithoutLoneSurrogates(text);
        using var ids = new PooledList<int>(text.Length);
        foreach (var (range, token) in _addedRaw.Split(text))
        {
            if (token is not null)
            {
                ids.Add(token.Id);
                continue;
            }

            AppendStretch(Normalize(text[range]), range.Start.Value == 0, ids);
        }

        return ids.Items.ToArray();
    }

    /// <inheritdoc/>
    public string Decode(ReadOnlySpan<int> ids)
    {
        TokenIds.Check(ids, VocabularySize);
        var pieces = new List<string>(ids.Length);
        foreach (var id in ids)
        {
            if (_writtenForms[id] is { } piece)
            {
                pieces.Add(piece);
            }
        }

        return _decoder.Decode(pieces);
    }

    private string Normalize(string text) => _normalizer.Aggregate(text, (t, step) => step.Rewrite(t));

    private void AppendStretch(string normalized, bool atStart, PooledList<int> ids)
    {
        foreach (var (range, token) in _addedNormalized.Split(normalized))
        {
            if (token is not null)
            {
                ids.Add(token.Id);
            }
            else
            {
                AppendWords(normalized.AsMemory(range), atStart && range.Start.Value == 0, ids);
            }
        }
    }

    private void AppendWords(ReadOnlyMemory<char> text, bool atStart, PooledList<int> ids)
    {
        List<ReadOnlyMemory<char>> words = [text];
        foreach (var splitter in _splitters)
        {
            var cut = new List<ReadOnlyMemory<char>>(words.Count);
            for (var i = 0; i < words.Count; i++)
            {
                splitter.Split(words[i], atStart && i == 0, cut);
            }

            words = cut;
        }

        using var segments = new PooledList<Segment>(text.Length);
        var utf8 = ArrayPool<byte>.Shared.Rent(
            Encoding.UTF8.GetMaxByteCount(words.Count == 0 ? 0 : words.Max(w => w.Length))
        );
        foreach (var word in words)
        {
            var bytes = utf8.AsSpan(0, Encoding.UTF8.GetBytes(word.Span, utf8));
            segments.Truncate(0);
            _segmenter.Split(bytes, segments);
            _unknownText.AppendIds(bytes, segments.Items, ids);
        }

        ArrayPool<byte>.Shared.Return(utf8);
    }

    private static string WithoutLoneSurrogates(string text) =>
        text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF')
            ? Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text))
            : text;
}
