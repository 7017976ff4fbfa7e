using System.Buffers;
using System.Text;
using Microsoft.ML.LlamaVae.Tokenization.Segmentation;

namespace Microsoft.ML.LlamaVae.Tokenization.SentencePiece;

/// <summary>A SentencePiece model, unigram (T5) or BPE (LLaMA 1 and 2): the same ids and texts as sentencepiece itself.</summary>
/// <remarks>Text never turns into control pieces: "&lt;/s&gt;" in a text is five characters, not the end.</remarks>
internal sealed class SentencePieceTokenizer : ITextTokenizer
{
    private const char EscapedSpace = '\u2581';

    private readonly SentencePieceModel _model;
    private readonly SentencePieceNormalizer _normalizer;
    private readonly ISegmenter _segmenter;
    private readonly UnknownText _unknownText;
    private readonly string[] _surfaces;
    private readonly int[] _bytes;

    private SentencePieceTokenizer(TokenizerFile file, SentencePieceModel model, SpecialTokens special)
    {
        File = file;
        _model = model;
        SpecialTokens = special.Within(VocabularySize);

        var userDefined = _model.Pieces.Any(piece => piece.Kind == PieceKind.UserDefined)
            ? TrieOf(piece => piece.Kind == PieceKind.UserDefined)
            : null;
        _normalizer = new SentencePieceNormalizer(_model, userDefined);
        _segmenter = _model.Algorithm == PieceAlgorithm.BytePair ? BytePair(userDefined) : Unigram(userDefined);
        _bytes = [.. _model.Pieces.Select(ByteOf)];
        _unknownText = new UnknownText(
            _model.ByteFallback ? [.. Enumerable.Range(0, 256).Select(b => Array.IndexOf(_bytes, b))] : null,
            _model.SpecialTokens.Unknown,
            merge: true
        );
        _surfaces = [.. _model.Pieces.Select((piece, id) => SurfaceOf(piece, id))];
    }

    /// <inheritdoc/>
    public int VocabularySize => _model.Pieces.Count;

    /// <inheritdoc/>
    public SpecialTokens SpecialTokens { get; }

    /// <inheritdoc/>
    public TokenizerFile File { get; }

    /// <param name="file">A SentencePiece model.</param>
    /// <param name="special">Chooses the special tokens.</param>
    /// <exception cref="InvalidDataException">The file is broken.</exception>
    /// <exception cref="NotSupportedException">The model needs something that is not supported.</exception>
    public static SentencePieceTokenizer Parse(TokenizerFile file, Func<SentencePieceModel, SpecialTokens> special)
    {
        var model = SentencePieceModel.Parse(file);
        return new SentencePieceTokenizer(file, model, special(model));
    }

    /// <inheritdoc/>
    public int[] Encode(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var utf8 = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(text.Length));
        using var normalized = new PooledList<byte>(2 * text.Length);
        using var segments = new PooledList<Segment>(text.Length);
        using var ids = new PooledList<int>(text.Length);
        _normalizer.Normalize(utf8.AsSpan(0, Encoding.UTF8.GetBytes(text, utf8)), normalized);
        ArrayPool<byte>.Shared.Return(utf8);
        _segmenter.Split(normalized.Items, segments);
        _unknownText.AppendIds(normalized.Items, segments.Items, ids);
        return ids.Items.ToArray();
    }

    /// <inheritdoc/>
    public string Decode(ReadOnlySpan<int> ids)
    {
        TokenIds.Check(ids, VocabularySize);
        var text = new StringBuilder();
        var run = new ByteRun();
        var spaceTaken = false;
        foreach (var id in ids)
        {
            if (_bytes[id] >= 0)
            {
                run.Add((byte)_bytes[id]);
                continue;
            }

            run.MoveTo(text);
            var surface = _surfaces[id];
            var atStart = text.Length == 0 && !spaceTaken;
            if (atStart && TakesFirstSpace && _model.Pieces[id].Text.StartsWith(EscapedSpace) && surface.Length > 0)
            {
                surface = surface[1..];
                spaceTaken = !_model.RemoveExtraSpaces;
            }

            text.Append(surface);
        }

        run.MoveTo(text);
        return text.ToString();
    }

    private bool TakesFirstSpace => _model.AddDummyPrefix || _model.RemoveExtraSpaces;

    private BytePairSegmenter BytePair(PieceTrie? userDefined) =>
        new(
            new ScoredMerges(TrieOf(piece => piece.IsFromText), [.. _model.Pieces.Select(p => p.Score)], userDefined),
            startFromBytes: false
        );

    private UnigramSegmenter Unigram(PieceTrie? userDefined)
    {
        var learnt = _model.Pieces.Where(p => p.Kind == PieceKind.Normal).Select(p => p.Score).DefaultIfEmpty();
        return new UnigramSegmenter(
            TrieOf(piece => piece.IsFromText),
            [.. _model.Pieces.Select(p => p.Score)],
            userDefined is null ? null : [.. _model.Pieces.Select(p => p.Kind == PieceKind.UserDefined)],
            learnt.Min(),
            learnt.Max()
        );
    }

    private PieceTrie TrieOf(Func<Piece, bool> belongs) =>
        PieceTrie.Build(
            _model
                .Pieces.Index()
                .Where(p => belongs(p.Item))
                .Select(p => (Encoding.UTF8.GetBytes(p.Item.Text), p.Index))
        );

    private static int ByteOf(Piece piece) =>
        piece.Kind == PieceKind.Byte && BytePieces.TryParse(piece.Text, out var value) ? value : -1;

    private string SurfaceOf(Piece piece, int id) =>
        piece.Kind switch
        {
            PieceKind.Control => "",
            _ when SpecialTokens.IsMark(id) => "",
            PieceKind.Unknown => _model.UnknownSurface,
            _ => piece.Text.Replace(EscapedSpace, ' '),
        };
}
