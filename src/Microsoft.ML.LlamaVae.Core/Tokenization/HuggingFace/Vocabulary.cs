using System.Text;
using System.Text.Json;
using Microsoft.ML.LlamaVae.Tokenization.Segmentation;

namespace Microsoft.ML.LlamaVae.Tokenization.HuggingFace;

/// <summary>All tokens of a tokenizer.json: the model's pieces and the added ones.</summary>
internal sealed class Vocabulary
{
    private readonly Dictionary<string, int> _pieces = new(StringComparer.Ordinal);
    private readonly List<float> _scores = [];
    private readonly HashSet<int> _special;

    public Vocabulary(JsonElement root)
    {
        Added = [.. (root.Field("added_tokens")?.EnumerateArray().Select(AddedToken.Read)) ?? []];
        _special = [.. Added.Where(token => token.IsSpecial).Select(token => token.Id)];
        ReadPieces(root.Required("model").Required("vocab"));
        if (_pieces.Count == 0)
        {
            throw new InvalidDataException("the vocabulary is empty");
        }

        Size = 1 + _pieces.Values.Concat(Added.Select(token => token.Id)).Max();
    }

    /// <summary>Every id is below this.</summary>
    public int Size { get; }

    /// <summary>The tokens beside the model's own.</summary>
    public IReadOnlyList<AddedToken> Added { get; }

    /// <summary>Scores by id; empty where pieces have none.</summary>
    public IReadOnlyList<float> Scores => _scores;

    /// <summary>The id of a piece of the model; null where it is none.</summary>
    public int? IdOf(string piece) => _pieces.TryGetValue(piece, out var id) ? id : null;

    /// <summary>The id of a special token; null where there is none of this name.</summary>
    public int? SpecialIdOf(string content) => Added.FirstOrDefault(t => t.IsSpecial && t.Content == content)?.Id;

    /// <summary>The pieces that text may turn into: all but the special ones and those of <paramref name="others"/>.</summary>
    public PieceTrie TextPieces(bool isByteLevel, IReadOnlySet<int> others) =>
        PieceTrie.Build(
            _pieces
                .Where(piece => !_special.Contains(piece.Value) && !others.Contains(piece.Value))
                .Select(piece =>
                    (isByteLevel ? ByteAlphabet.Bytes(piece.Key) : Encoding.UTF8.GetBytes(piece.Key), piece.Value)
                )
        );

    /// <summary>The written form of each id; null for special tokens and for ids that nothing has.</summary>
    public string?[] WrittenForms(SpecialTokens special)
    {
        var forms = new string?[Size];
        foreach (var (piece, id) in _pieces)
        {
            forms[id] = piece;
        }

        foreach (var token in Added)
        {
            forms[token.Id] = token.IsSpecial ? null : token.Content;
        }

        foreach (var mark in new[] { special.Bos, special.Eos, special.Pad }.OfType<int>())
        {
            forms[mark] = null;
        }

        return forms;
    }

    private void ReadPieces(JsonElement vocabulary)
    {
        if (vocabulary.ValueKind == JsonValueKind.Object)
        {
            foreach (var piece in vocabulary.EnumerateObject())
            {
                _pieces[piece.Name] = piece.Value.GetInt32();
            }

            if (_pieces.Values.Concat(Added.Select(token => token.Id)).Any(id => id < 0))
            {
                throw new InvalidDataException("an id is negative");
            }
        }
        else
        {
            foreach (var pair in vocabulary.EnumerateArray())
            {
                _pieces.TryAdd(pair[0].GetString()!, _scores.Count);
                _scores.Add(pair[1].GetSingle());
            }
        }
    }
}
