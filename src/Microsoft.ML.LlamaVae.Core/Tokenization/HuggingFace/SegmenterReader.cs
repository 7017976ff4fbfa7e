using System.Text.Json;
using Microsoft.ML.LlamaVae.Tokenization.Segmentation;

namespace Microsoft.ML.LlamaVae.Tokenization.HuggingFace;

/// <summary>Reads the <c>model</c>.</summary>
internal static class SegmenterReader
{
    private static readonly HashSet<int> s_none = [];

    /// <exception cref="NotSupportedException">The model is of another kind.</exception>
    public static (ISegmenter Segmenter, UnknownText Unknown, int? UnknownId) Read(
        JsonElement model,
        Vocabulary vocabulary,
        bool isByteLevel
    )
    {
        // Old files leave the type out where it is BPE.
        var type = model.Field("type")?.GetString() ?? (model.Field("merges") is null ? "none" : "BPE");
        var bytes = model.Flag("byte_fallback") ? BytePieces.Find(vocabulary.IdOf) : null;
        switch (type)
        {
            case "BPE":
                var unknown = model.Field("unk_token")?.GetString() is { } token ? vocabulary.IdOf(token) : null;
                return (
                    BytePair(model, vocabulary, isByteLevel, bytes),
                    new UnknownText(bytes, unknown, model.Flag("fuse_unk")),
                    unknown
                );
            case "Unigram":
                var unknownId = model.Field("unk_id")?.GetInt32();
                return (
                    Unigram(vocabulary, bytes, unknownId),
                    new UnknownText(bytes, unknownId, merge: true),
                    unknownId
                );
            default:
                throw JsonFields.Unsupported("model", type, "BPE and Unigram");
        }
    }

    private static ISegmenter BytePair(JsonElement model, Vocabulary vocabulary, bool isByteLevel, int[]? bytes)
    {
        foreach (var affix in new[] { "continuing_subword_prefix", "end_of_word_suffix" })
        {
            if (model.Field(affix)?.GetString() is { Length: > 0 } text)
            {
                throw JsonFields.Unsupported(affix, text, "none");
            }
        }

        if (model.Field("dropout")?.GetDouble() is > 0 and var dropout)
        {
            throw JsonFields.Unsupported("dropout", $"{dropout}", "none");
        }

        var pieces = vocabulary.TextPieces(isByteLevel, bytes is null ? s_none : [.. bytes]);
        var merges = new RankedMerges(pieces);
        foreach (var merge in model.Required("merges").EnumerateArray())
        {
            var (left, right) = ReadMerge(merge);
            merges.Add(IdOf(vocabulary, left), IdOf(vocabulary, right), IdOf(vocabulary, left + right));
        }

        var segmenter = new BytePairSegmenter(merges, isByteLevel);
        return model.Flag("ignore_merges") ? new WholeWordSegmenter(pieces, segmenter) : segmenter;
    }

    // "a b" in older files, ["a", "b"] in newer ones.
    private static (string Left, string Right) ReadMerge(JsonElement merge)
    {
        if (merge.ValueKind == JsonValueKind.Array)
        {
            return (merge[0].GetString()!, merge[1].GetString()!);
        }

        var text = merge.GetString()!;
        var space = text.IndexOf(' ', StringComparison.Ordinal);
        return space > 0
            ? (text[..space], text[(space + 1)..])
            : throw new InvalidDataException($"the merge '{text}' should be two pieces with a space between");
    }

    private static int IdOf(Vocabulary vocabulary, string piece) =>
        vocabulary.IdOf(piece)
        ?? throw new InvalidDataException($"the merges name '{piece}', which is not in the vocabulary");

    private static UnigramSegmenter Unigram(Vocabulary vocabulary, int[]? bytes, int? unknown)
    {
        HashSet<int> notText = [.. bytes ?? [], .. unknown is { } id ? [id] : Array.Empty<int>()];
        var learnt = vocabulary.Scores.Where((_, id) => !notText.Contains(id)).DefaultIfEmpty();
        return new UnigramSegmenter(
            vocabulary.TextPieces(isByteLevel: false, notText),
            [.. vocabulary.Scores],
            favoured: null,
            lowest: learnt.Min(),
            highest: 0
        );
    }
}
