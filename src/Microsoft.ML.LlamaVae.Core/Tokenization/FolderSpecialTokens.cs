using System.Text.Json;
using Microsoft.ML.LlamaVae.Tokenization.HuggingFace;

namespace Microsoft.ML.LlamaVae.Tokenization;

/// <summary>The special tokens that the configuration files of a HuggingFace folder name.</summary>
internal static class FolderSpecialTokens
{
    private static readonly string[] s_byId = ["config.json", "generation_config.json"];
    private static readonly string[] s_byContent = ["tokenizer_config.json", "special_tokens_map.json"];

    /// <summary>Reads them; the first file that names a token decides.</summary>
    /// <param name="folder">Files that are missing are skipped.</param>
    /// <param name="vocabularySize">Ids outside the vocabulary are skipped: some checkpoints pad with −1.</param>
    /// <param name="idOf">The id of a token's text; null where it is none.</param>
    /// <exception cref="InvalidDataException">A file is no JSON object.</exception>
    public static SpecialTokens Read(string folder, int vocabularySize, Func<string, int?> idOf)
    {
        var ids = s_byId.Select(name => ReadFile(folder, name, root => FromIds(root, vocabularySize)));
        var contents = s_byContent.Select(name => ReadFile(folder, name, root => FromContents(root, idOf)));
        return ids.Concat(contents).Aggregate((first, next) => first.Or(next));
    }

    private static SpecialTokens ReadFile(string folder, string name, Func<JsonElement, SpecialTokens> read)
    {
        var path = Path.Combine(folder, name);
        if (!File.Exists(path))
        {
            return SpecialTokens.None;
        }

        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(path));
            return read(json.RootElement);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            throw new InvalidDataException(
                $"'{path}' is not a configuration of the HuggingFace layout: {e.Message}",
                e
            );
        }
    }

    private static SpecialTokens FromIds(JsonElement root, int vocabularySize)
    {
        return new SpecialTokens(Id("bos_token_id"), Id("eos_token_id"), Id("pad_token_id"), null);

        // One id, or a list of them.
        int? Id(string key) =>
            root.Field(key) is not { } value ? null
            : value.ValueKind == JsonValueKind.Array
                ? value.EnumerateArray().Select(InRange).FirstOrDefault(id => id is not null)
            : InRange(value);

        int? InRange(JsonElement value) => value.GetInt32() is >= 0 and var id && id < vocabularySize ? id : null;
    }

    private static SpecialTokens FromContents(JsonElement root, Func<string, int?> idOf)
    {
        return new SpecialTokens(Id("bos_token"), Id("eos_token"), Id("pad_token"), null);

        // The token's text, or an object with its text.
        int? Id(string key) =>
            root.Field(key) is not { } value ? null
            : (value.Field("content") ?? value).GetString() is { } content ? idOf(content)
            : null;
    }
}
