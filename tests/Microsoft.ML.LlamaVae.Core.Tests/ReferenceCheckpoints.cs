using System.Text.Json;

namespace Microsoft.ML.LlamaVae.Tests;

/// <summary>
/// Checkpoint folders with outputs of third-party implementations: the fixtures, and those under the directory named by
/// the environment variable LLAMAVAE_REFERENCE, if it is set.
/// </summary>
internal static class ReferenceCheckpoints
{
    private const string Variable = "LLAMAVAE_REFERENCE";

    /// <summary>All folders of a model type ("t5", "llama").</summary>
    public static TheoryData<string> Of(string modelType)
    {
        var fixtures = Folders(Path.Combine(AppContext.BaseDirectory, "Fixtures", "reference"));
        var extra = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } root ? Folders(root) : null;
        if (extra is { Length: 0 })
        {
            throw new InvalidOperationException($"{Variable} is set, but its directory holds no checkpoint folder.");
        }

        return new TheoryData<string>(fixtures.Concat(extra ?? []).Where(folder => TypeOf(folder) == modelType));
    }

    private static string[] Folders(string root) =>
        [
            .. Directory
                .GetDirectories(root)
                .Where(folder =>
                    File.Exists(Path.Combine(folder, "config.json"))
                    && File.Exists(Path.Combine(folder, "expected.safetensors"))
                )
                .Order(StringComparer.Ordinal),
        ];

    private static string? TypeOf(string folder)
    {
        using var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "config.json")));
        return json.RootElement.GetProperty("model_type").GetString();
    }
}
