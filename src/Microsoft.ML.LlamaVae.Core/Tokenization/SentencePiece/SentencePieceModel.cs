using System.Text;

namespace Microsoft.ML.LlamaVae.Tokenization.SentencePiece;

/// <summary>What a SentencePiece file (a serialised <c>ModelProto</c>) holds, as far as encoding and decoding need it.</summary>
internal sealed class SentencePieceModel
{
    private readonly List<Piece> _pieces = [];
    private string _bos = "<s>";
    private string _eos = "</s>";
    private string _pad = "<pad>";
    private bool _spaceIsSuffix;

    private SentencePieceModel() { }

    /// <summary>The vocabulary, by id.</summary>
    public IReadOnlyList<Piece> Pieces => _pieces;

    /// <summary>How text is cut into pieces.</summary>
    public PieceAlgorithm Algorithm { get; private set; } = PieceAlgorithm.Unigram;

    /// <summary>Whether characters that no piece covers become the pieces of their bytes.</summary>
    public bool ByteFallback { get; private set; }

    /// <summary>What the unknown piece decodes to.</summary>
    public string UnknownSurface { get; private set; } = " \u2047 ";

    /// <summary>The compiled rules of the normaliser; empty for none.</summary>
    public byte[] CharacterMap { get; private set; } = [];

    /// <summary>Whether a space is put in front of the text.</summary>
    public bool AddDummyPrefix { get; private set; } = true;

    /// <summary>Whether spaces at the ends go, and runs of spaces become one.</summary>
    public bool RemoveExtraSpaces { get; private set; } = true;

    /// <summary>Whether spaces are written as ▁.</summary>
    public bool EscapeSpaces { get; private set; } = true;

    /// <summary>The ids that the file declares.</summary>
    public SpecialTokens SpecialTokens =>
        new(IdOf(_bos), IdOf(_eos), IdOf(_pad), _pieces.FindIndex(piece => piece.Kind == PieceKind.Unknown));

    /// <exception cref="InvalidDataException">The bytes are no such file.</exception>
    /// <exception cref="NotSupportedException">The model needs something that is not supported.</exception>
    public static SentencePieceModel Parse(TokenizerFile file)
    {
        var model = new SentencePieceModel();
        try
        {
            model.ReadModel(file.Content.Span);
            model.Check();
            return model;
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException(
                $"'{file.Name}' is not a SentencePiece model: {e.Message}. Fetch the file again (large files may be Git LFS pointers).",
                e
            );
        }
        catch (NotSupportedException e)
        {
            throw new NotSupportedException($"'{file.Name}': {e.Message}", e);
        }
    }

    private void ReadModel(ReadOnlySpan<byte> message)
    {
        var reader = new ProtobufReader(message);
        while (reader.Read())
        {
            switch (reader.Field)
            {
                case 1:
                    _pieces.Add(ReadPiece(reader.Bytes));
                    break;
                case 2:
                    ReadTrainerSpec(reader.Bytes);
                    break;
                case 3:
                    ReadNormalizerSpec(reader.Bytes);
                    break;
                case 5:
                    RefuseDenormalizer(reader.Bytes);
                    break;
            }
        }
    }

    private static Piece ReadPiece(ReadOnlySpan<byte> message)
    {
        var piece = new Piece("", 0, PieceKind.Normal);
        var reader = new ProtobufReader(message);
        while (reader.Read())
        {
            piece = reader.Field switch
            {
                1 => piece with { Text = Encoding.UTF8.GetString(reader.Bytes) },
                2 => piece with { Score = reader.Single },
                3 => piece with { Kind = (PieceKind)reader.Int32 },
                _ => piece,
            };
        }

        return piece;
    }

    private void ReadTrainerSpec(ReadOnlySpan<byte> message)
    {
        var reader = new ProtobufReader(message);
        while (reader.Read())
        {
            switch (reader.Field)
            {
                case 3:
                    Algorithm = (PieceAlgorithm)reader.Int32;
                    break;
                case 24:
                    _spaceIsSuffix = reader.Bool;
                    break;
                case 35:
                    ByteFallback = reader.Bool;
                    break;
                case 44:
                    UnknownSurface = Encoding.UTF8.GetString(reader.Bytes);
                    break;
                case 46:
                    _bos = Encoding.UTF8.GetString(reader.Bytes);
                    break;
                case 47:
                    _eos = Encoding.UTF8.GetString(reader.Bytes);
                    break;
                case 48:
                    _pad = Encoding.UTF8.GetString(reader.Bytes);
                    break;
            }
        }
    }

    private void ReadNormalizerSpec(ReadOnlySpan<byte> message)
    {
        var reader = new ProtobufReader(message);
        while (reader.Read())
        {
            switch (reader.Field)
            {
                case 2:
                    CharacterMap = reader.Bytes.ToArray();
                    break;
                case 3:
                    AddDummyPrefix = reader.Bool;
                    break;
                case 4:
                    RemoveExtraSpaces = reader.Bool;
                    break;
                case 5:
                    EscapeSpaces = reader.Bool;
                    break;
            }
        }
    }

    private static void RefuseDenormalizer(ReadOnlySpan<byte> message)
    {
        var reader = new ProtobufReader(message);
        while (reader.Read())
        {
            if (reader.Field == 2 && !reader.Bytes.IsEmpty)
            {
                throw new NotSupportedException("denormalisation rules (denormalizer_spec) are not supported.");
            }
        }
    }

    private void Check()
    {
        if (_pieces.Count == 0)
        {
            throw new InvalidDataException("it has no pieces");
        }

        var unknown = _pieces.Count(piece => piece.Kind == PieceKind.Unknown);
        if (unknown != 1)
        {
            throw new InvalidDataException($"it has {unknown} unknown pieces, expected 1");
        }

        if (_pieces.Exists(piece => piece.Text.Length == 0))
        {
            throw new InvalidDataException("it has an empty piece");
        }

        if (
            _pieces.CountBy(piece => piece.Text, StringComparer.Ordinal).FirstOrDefault(p => p.Value > 1) is
            { Key: { } twice }
        )
        {
            throw new InvalidDataException($"the piece '{twice}' is there twice");
        }

        var bytes = _pieces.Where(piece => piece.Kind == PieceKind.Byte).ToList();
        if (bytes.Exists(piece => !BytePieces.TryParse(piece.Text, out _)) || (ByteFallback && bytes.Count != 256))
        {
            throw new InvalidDataException("byte fallback needs the 256 byte pieces <0x00> to <0xFF>");
        }

        if (Algorithm is not (PieceAlgorithm.Unigram or PieceAlgorithm.BytePair))
        {
            throw new NotSupportedException(
                $"its model type is '{Algorithm}'; supported are unigram (T5) and BPE (LLaMA 1 and 2)."
            );
        }

        if (Algorithm == PieceAlgorithm.BytePair && _pieces.Exists(piece => piece.Kind == PieceKind.Unused))
        {
            throw new NotSupportedException("unused pieces are not supported in BPE models.");
        }

        if (_spaceIsSuffix)
        {
            throw new NotSupportedException("spaces as suffixes (treat_whitespace_as_suffix) are not supported.");
        }
    }

    /// <summary>The id of a control piece; null where there is none of this name.</summary>
    public int? IdOf(string control) =>
        _pieces.FindIndex(p => p.Kind == PieceKind.Control && p.Text == control) is >= 0 and var id ? id : null;
}
