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
    public static SentenceT5Folder Open(string folder)
    {
        var modules = Path.Combine(folder, "modules.json");
        if (!File.Exists(modules))
        {
            return new SentenceT5Folder(ReadTransformer(folder), folder, null);
        }

        var (transformer, projection) = (folder, (string?)null);
        ConfigJson? dense = null;
        var normalize = false;
        foreach (var (kind, path) in ReadModules(modules))
        {
            var part = Path.Combine(folder, path);
            switch (kind)
            {
                case "Transformer":
                    transformer = part;
                    break;
                case "Pooling":
                    CheckPooling(ConfigJson.Open(Path.Combine(part, "config.json")));
                    break;
                case "Dense":
                    projection = part;
                    dense = ConfigJson.Open(Path.Combine(part, "config.json"));
                    break;
                case "Normalize":
                    normalize = true;
                    break;
                default:
                    throw new InvalidDataException(
                        $"'{modules}': the module '{kind}' is not supported; supported are Transformer, Pooling, Dense and Normalize."
                    );
            }
        }

        var configuration = ReadTransformer(transformer) with
        {
            Normalize = normalize,
            ProjectionSize = dense?.Int("out_features"),
            ProjectionBias = dense?.Bool("bias", true) ?? false,
            ProjectionTanh = dense is not null && IsTanh(dense),
        };
        return new SentenceT5Folder(configuration, transformer, projection);
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
                    .Select(module =>
                        (
                            module.GetProperty("type").GetString()!.Split('.')[^1],
                            module.GetProperty("path").GetString()!
                        )
                    ),
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

    private static void CheckPooling(ConfigJson pooling)
    {
        if (
            !pooling.Bool("pooling_mode_mean_tokens", true)
            || pooling.Bool("pooling_mode_cls_token", false)
            || pooling.Bool("pooling_mode_max_tokens", false)
            || pooling.Bool("pooling_mode_mean_sqrt_len_tokens", false)
        )
        {
            throw pooling.Error(
                "sentence-T5 pools by the mean over the tokens; another mode is set and not supported."
            );
        }
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
