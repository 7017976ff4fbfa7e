using System.Text.Json;

namespace Microsoft.ML.LlamaVae.Tokenization.HuggingFace;

/// <summary>Reads the parts of a tokenizer.json, with errors that name what is wrong.</summary>
internal static class JsonFields
{
    /// <summary>The value of a key; null where it is missing or null.</summary>
    public static JsonElement? Field(this JsonElement element, string key) =>
        element.ValueKind == JsonValueKind.Object
        && element.TryGetProperty(key, out var value)
        && value.ValueKind != JsonValueKind.Null
            ? value
            : null;

    /// <exception cref="InvalidDataException">The key is missing.</exception>
    public static JsonElement Required(this JsonElement element, string key) =>
        element.Field(key) ?? throw new InvalidDataException($"the key '{key}' is missing");

    /// <inheritdoc cref="Required"/>
    public static string Text(this JsonElement element, string key) => element.Required(key).GetString()!;

    public static bool Flag(this JsonElement element, string key, bool otherwise = false) =>
        element.Field(key)?.GetBoolean() ?? otherwise;

    /// <summary>The components of a sequence under <paramref name="listKey"/>, or the component itself.</summary>
    public static IEnumerable<JsonElement> Components(this JsonElement? component, string listKey) =>
        component is not { } one ? []
        : one.Text("type") == "Sequence"
            ? one.Required(listKey).EnumerateArray().SelectMany(inner => Components(inner, listKey))
        : [one];

    /// <summary>The error for a component, or a setting of one, that is not supported.</summary>
    public static NotSupportedException Unsupported(string what, string found, string supported) =>
        new($"the {what} '{found}' is not supported; supported are {supported}.");
}
