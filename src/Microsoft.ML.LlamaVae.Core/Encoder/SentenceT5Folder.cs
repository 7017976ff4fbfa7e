using System.Text.Json;
using Microsoft.ML.LlamaVae.Checkpoints;

namespace Microsoft.ML.LlamaVae.Encoder;

/// <summary>A sentence-transformers folder: which modules it has and where they are.</summary>
/// <param name="Configuration">All sizes.</param>
/// <param name="TransformerFolder">Holds config.json and the T5 weights.</param>
/// <param name="ProjectionFolder">Holds the weights of the projection; null where there is none.</param>
internal sealed record SentenceT5Folder(
    SentenceT5Configuration Configuration,
    string TransformerFolder,
    string? ProjectionFolder
)
{
    private const string Transformer = "Transformer";
    private const string Pooling = "Pooling";
    private const string Dense = "Dense";
    private const string Normalize = "Normalize";

    private static readonly string[] s_order = [Transformer, Pooling, Dense, Normalize];

    public static SentenceT5Folder Open(string folder)
    {
        var modules = Path.Combine(folder, "modules.json");
        if (!File.Exists(modules))
        {
            return new SentenceT5Folder(ReadTransformer(folder), folder, null);
        }

        var parts = ReadModules(modules);
        CheckOrder(modules, [.. parts.Select(part => part.Kind)]);
        string? FolderOf(string kind) =>
            parts.Where(part => part.Kind == kind).Select(part => Path.Combine(folder, part.Path)).FirstOrDefault();

        var transformer = FolderOf(Transformer)!;
        var projection = FolderOf(Dense);
        var dense = projection is null ? null : ConfigJson.Open(Path.Combine(projection, "config.json"));
        var configuration = ReadTransformer(transformer) with
        {
            Pooling = PoolingOf(ConfigJson.Open(Path.Combine(FolderOf(Pooling)!, "config.json"))),
            Normalize = FolderOf(Normalize) is not null,
            ProjectionSize = dense?.Positive("out_features"),
            ProjectionBias = dense?.Bool("bias", true) ?? false,
            ProjectionTanh = dense is not null && IsTanh(dense),
        };
        return new SentenceT5Folder(configuration, transformer, projection);
    }

    private static void CheckOrder(string file, string[] kinds)
    {
        var places = kinds.Select(kind => Array.IndexOf(s_order, kind)).ToArray();
        var rises = places.Zip(places.Skip(1)).All(pair => pair.First < pair.Second);
        if (places is not [0, 1, ..] || !rises)
        {
            throw new InvalidDataException(
                $"'{file}': the modules are {string.Join(", ", kinds)}; supported are {Transformer}, {Pooling}, then one {Dense} and {Normalize} or either or none."
            );
        }
    }

    private static SentenceT5Configuration ReadTransformer(string folder) =>
        SentenceT5Configuration.FromConfig(ConfigJson.Open(Path.Combine(folder, "config.json")));

    private static List<(string Kind, string Path)> ReadModules(string file)
    {
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllText(file));
            return
            [
                .. json
                    .RootElement.EnumerateArray()
                    .Select(module => (Text(module, "type").Split('.')[^1], Text(module, "path"))),
            ];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new InvalidDataException(
                $"'{file}' is not the module list of a sentence-transformers folder: {e.Message}",
                e
            );
        }
    }

    private static string Text(JsonElement module, string key) =>
        module.GetProperty(key).GetString() ?? throw new InvalidOperationException($"'{key}' is null.");

    private static T5Pooling PoolingOf(ConfigJson pooling)
    {
        const string Flag = "pooling_mode_";
        const string Mean = Flag + "mean_tokens";
        const string First = Flag + "cls_token";
        string[] flags = [.. pooling.TrueKeys().Where(key => key.StartsWith(Flag, StringComparison.Ordinal))];
        // Without a flag, and without one that denies it, the mean is meant.
        var mode = flags is [] && pooling.Bool(Mean, true) ? Mean : string.Join(" and ", flags);
        return (mode, pooling.String("pooling_mode", mode == First ? "cls" : "mean")) switch
        {
            (Mean, "mean") => T5Pooling.Mean,
            (First, "cls") => T5Pooling.FirstToken,
            var (given, name) => throw pooling.Error(
                $"the pooling is '{given}', 'pooling_mode' '{name}'; supported are the mean over the tokens ({Mean}) and the first token ({First})."
            ),
        };
    }

    private static bool IsTanh(ConfigJson dense)
    {
        var activation = dense.String("activation_function", "torch.nn.modules.linear.Identity");
        return activation.Split('.')[^1] switch
        {
            "Identity" => false,
            "Tanh" => true,
            _ => throw dense.Error($"'activation_function' is '{activation}'; supported are Identity and Tanh."),
        };
    }
}
