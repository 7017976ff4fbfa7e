using System.Text.Json;

namespace Microsoft.ML.LlamaVae.Checkpoints;

/// <summary>A JSON configuration file whose errors name the file and the key.</summary>
internal sealed class ConfigJson
{
    private readonly JsonElement _root;
    private readonly string _source;

    private ConfigJson(JsonElement root, string source)
    {
        _root = root;
        _source = source;
    }

    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It isn't a JSON object.</exception>
    public static ConfigJson Open(string path) =>
        File.Exists(path)
            ? Parse(File.ReadAllText(path), path)
            : throw new FileNotFoundException(
                $"'{path}' is missing: the folder is not a checkpoint of the HuggingFace layout.",
                path
            );

    /// <inheritdoc cref="Open"/>
    public static ConfigJson Parse(string json, string source)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? new ConfigJson(document.RootElement.Clone(), source)
                : throw new InvalidDataException(
                    $"'{source}' must hold a JSON object; it holds a {document.RootElement.ValueKind}."
                );
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"'{source}' is not valid JSON: {e.Message}", e);
        }
    }

    public bool Has(string key) => _root.TryGetProperty(key, out var value) && value.ValueKind != JsonValueKind.Null;

    public int Int(string key) => Get(key, value => value.GetInt32(), "an integer");

    /// <summary>An integer above zero.</summary>
    public int Positive(string key) =>
        Int(key) is > 0 and var value ? value : throw Error($"'{key}' is {Int(key)}; expected a positive integer.");

    public int Int(string key, int otherwise) => Has(key) ? Int(key) : otherwise;

    public double Double(string key) => Get(key, value => value.GetDouble(), "a number");

    public double Double(string key, double otherwise) => Has(key) ? Double(key) : otherwise;

    public bool Bool(string key, bool otherwise) =>
        Has(key) ? Get(key, value => value.GetBoolean(), "true or false") : otherwise;

    public string String(string key, string otherwise) =>
        Has(key) ? Get(key, value => value.GetString()!, "a string") : otherwise;

    /// <summary>A number or a list of numbers; empty where the key is missing.</summary>
    public IReadOnlyList<int> Ints(string key) =>
        Has(key)
            ? Get<IReadOnlyList<int>>(
                key,
                value =>
                    value.ValueKind == JsonValueKind.Array
                        ? [.. value.EnumerateArray().Select(item => item.GetInt32())]
                        : [value.GetInt32()],
                "an integer or a list of them"
            )
            : [];

    /// <summary>An object of texts.</summary>
    public IReadOnlyDictionary<string, string> Strings(string key) =>
        Get(
            key,
            value =>
                value
                    .EnumerateObject()
                    .DistinctBy(pair => pair.Name)
                    .ToDictionary(
                        pair => pair.Name,
                        pair => pair.Value.GetString() ?? throw new FormatException(),
                        StringComparer.Ordinal
                    ),
            "an object of strings"
        );

    /// <summary>An object within; null where the key is missing.</summary>
    public ConfigJson? Object(string key) =>
        Has(key)
            ? Get(
                key,
                value =>
                    value.ValueKind == JsonValueKind.Object
                        ? new ConfigJson(value, $"{_source}: {key}")
                        : throw new FormatException(),
                "an object"
            )
            : null;

    /// <summary>The keys whose value is true.</summary>
    public IEnumerable<string> TrueKeys() =>
        _root.EnumerateObject().Where(pair => pair.Value.ValueKind == JsonValueKind.True).Select(pair => pair.Name);

    /// <summary>An error about this file.</summary>
    public InvalidDataException Error(string message) => new($"'{_source}': {message}");

    private T Get<T>(string key, Func<JsonElement, T> read, string expected)
    {
        if (!Has(key))
        {
            throw Error($"the key '{key}' is missing; expected {expected}.");
        }

        try
        {
            return read(_root.GetProperty(key));
        }
        catch (Exception e) when (e is InvalidOperationException or FormatException)
        {
            throw new InvalidDataException(
                $"'{_source}': '{key}' is {_root.GetProperty(key).GetRawText()}; expected {expected}.",
                e
            );
        }
    }
}
