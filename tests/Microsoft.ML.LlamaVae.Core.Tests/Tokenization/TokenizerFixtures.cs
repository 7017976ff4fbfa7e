using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.ML.LlamaVae.Tokenization;

namespace Microsoft.ML.LlamaVae.Tests.Tokenization;

/// <summary>Tokenizers, texts, and what the references make of them (tests/Fixtures/tokenizers/make_fixtures.*).</summary>
internal static class TokenizerFixtures
{
    private static readonly string s_folder = Path.Combine(AppContext.BaseDirectory, "Fixtures", "tokenizers");

    public static string[] Texts { get; } =
    [
        .. Json("texts.json")
            .EnumerateArray()
            .Select(t =>
                string.Concat(Enumerable.Repeat(t.GetProperty("unit").GetString(), t.GetProperty("times").GetInt32()))
            ),
    ];

    public static string[] Glosses { get; } =
    [.. File.ReadLines(PathOf("glosses.tsv")).Skip(1).Select(line => line.Split('\t')[1])];

    public static string PathOf(string name) => Path.Combine(s_folder, name);

    public static JsonElement Json(string name) => JsonDocument.Parse(File.ReadAllText(PathOf(name))).RootElement;

    public static JsonElement Expected(string name) => Json(Path.GetFileNameWithoutExtension(name) + ".expected.json");

    public static string Digest(int[] ids) => Hash(string.Join(' ', ids));

    /// <summary>One hash for every 1,000 texts.</summary>
    public static string[] GroupDigests(ITextTokenizer tokenizer, IEnumerable<string> texts) =>
        [
            .. texts
                .Chunk(1000)
                .Select(group =>
                    Hash(string.Concat(group.Select(text => string.Join(' ', tokenizer.Encode(text)) + "\n")))
                ),
        ];

    public static int[] Ints(this JsonElement array) => [.. array.EnumerateArray().Select(id => id.GetInt32())];

    public static string[] Strings(this JsonElement array) => [.. array.EnumerateArray().Select(s => s.GetString()!)];

    /// <summary>Compares ids and decoded texts of all cases; one line for each that differs.</summary>
    public static List<string> Differences(ITextTokenizer tokenizer, JsonElement expected)
    {
        var differences = new List<string>();
        foreach (var expectation in expected.GetProperty("cases").EnumerateArray())
        {
            var text = Texts[expectation.GetProperty("text").GetInt32()];
            var name = JsonSerializer.Serialize(text.Length > 60 ? $"{text[..60]}… ({text.Length})" : text);
            var ids = tokenizer.Encode(text);
            if (Digest(ids) != expectation.GetProperty("digest").GetString())
            {
                var wanted = expectation.TryGetProperty("ids", out var list) ? list.ToString() : "";
                differences.Add($"{name}: [{string.Join(',', ids.Take(40))}] ({ids.Length}), expected {wanted}");
            }
            else if (
                expectation.TryGetProperty("decoded", out var decoded)
                && tokenizer.Decode(ids) is var actual
                && actual != decoded.GetString()
            )
            {
                differences.Add(
                    $"{name}: decodes to {JsonSerializer.Serialize(actual)}, expected {decoded.GetRawText()}"
                );
            }
        }

        return differences;
    }

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
