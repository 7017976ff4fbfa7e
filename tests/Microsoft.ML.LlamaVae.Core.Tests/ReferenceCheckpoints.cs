using System.Text.Json;

namespace Microsoft.ML.LlamaVae.Tests;

/// <summary>
/// Checkpoint folders with outputs of third-party implementations: the fixtures, and those anywhere under the directory
/// named by the environment variable LLAMAVAE_REFERENCE, if it is set.
/// </summary>
internal static class ReferenceCheckpoints
{
    private const string Variable = "LLAMAVAE_REFERENCE";
    private static readonly string[] s_types = ["t5", "llama"];

    /// <summary>All folders of a model type ("t5", "llama").</summary>
    public static TheoryData<string> Of(string modelType)
    {
        var fixtures = Under(Path.Combine(AppContext.BaseDirectory, "Fixtures", "reference"));
        var extra = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } root ? Under(root) : [];
        return new TheoryData<string>(fixtures.Concat(extra).Where(c => c.Type == modelType).Select(c => c.Folder));
    }

    /// <summary>The folders with a config.json and an expected.safetensors, and what they hold.</summary>
    /// <exception cref="InvalidOperationException">There is none, or one that no test looks at.</exception>
    public static IReadOnlyList<(string Folder, string Type)> Under(string root)
    {
        var found = Directory
            .EnumerateFiles(root, "expected.safetensors", SearchOption.AllDirectories)
            .Select(file => Path.GetDirectoryName(Path.GetFullPath(file))!)
            .Where(folder => File.Exists(Path.Combine(folder, "config.json")))
            .Order(StringComparer.Ordinal)
            .Select(folder => (folder, TypeOf(folder)))
            .ToArray();
        return found.Length > 0
            ? found
            : throw new InvalidOperationException(
                $"'{root}' holds no checkpoint folder with config.json and expected.safetensors; does {Variable} name the right directory?"
            );
    }

    private static string TypeOf(string folder)
    {
        using var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "config.json")));
        var type = json.RootElement.GetProperty("model_type").GetString()!;
        return s_types.Contains(type)
            ? type
            : throw new InvalidOperationException(
                $"'{folder}' is of the model type '{type}', which has no parity test."
            );
    }
}
