using System.Security.Cryptography;
using System.Text.Json.Serialization;

namespace Microsoft.ML.LlamaVae.Checkpoints;

/// <summary>The checkpoint folder of a saved model's backbone.</summary>
/// <param name="Folder">The folder when the model was saved.</param>
/// <param name="IsChanged">Training changed the weights, so they are embedded.</param>
/// <param name="Files">SHA-256 of each weight file (path within the folder); null where the weights are embedded.</param>
internal sealed record BackboneReference(string Folder, bool IsChanged, IReadOnlyDictionary<string, string>? Files)
{
    /// <summary>Backbones up to this size are embedded by <see cref="BackboneStorage.Auto"/>.</summary>
    public const long LargestEmbedded = 256L << 20;

    /// <summary>Names a directory in which moved checkpoint folders are looked for by their last name.</summary>
    public const string SearchVariable = "LLAMAVAE_BACKBONES";

    /// <summary>The weights are in the folder, not in the model.</summary>
    [JsonIgnore]
    public bool IsExternal => Files is not null;

    /// <summary>Decides whether to embed, and digests the files where not.</summary>
    /// <exception cref="InvalidOperationException">A reference was asked for, but training changed the weights or the folder is gone.</exception>
    public static BackboneReference? Of(Backbone? backbone, BackboneStorage storage)
    {
        if (backbone is null || backbone.IsChanged)
        {
            return storage == BackboneStorage.Reference && backbone is not null
                    ? throw new InvalidOperationException(
                        $"The weights of '{backbone.Folder}' were trained and differ from the folder's; they cannot be referenced. Save with BackboneStorage.Embed or Auto."
                    )
                : backbone is null ? null
                : new BackboneReference(backbone.Folder, true, null);
        }

        var files = Directory.Exists(backbone.Folder) ? WeightFiles(backbone.Folder) : [];
        if (files.Length == 0)
        {
            return storage == BackboneStorage.Reference
                ? throw new InvalidOperationException(
                    $"'{backbone.Folder}' holds no weights any more; they cannot be referenced. Save with BackboneStorage.Embed."
                )
                : new BackboneReference(backbone.Folder, false, null);
        }

        var size = files.Sum(file => new FileInfo(file).Length);
        var external =
            storage == BackboneStorage.Reference || (storage == BackboneStorage.Auto && size > LargestEmbedded);
        return new BackboneReference(
            Path.GetFullPath(backbone.Folder),
            false,
            external
                ? files.ToDictionary(file => Path.GetRelativePath(backbone.Folder, file).Replace('\\', '/'), Digest)
                : null
        );
    }

    /// <summary>Finds the folder again and checks that its weights are those the model was saved with.</summary>
    /// <exception cref="FileNotFoundException">It is neither where it was nor under LLAMAVAE_BACKBONES.</exception>
    /// <exception cref="InvalidDataException">A file differs.</exception>
    public string Resolve()
    {
        var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Folder));
        var elsewhere = Environment.GetEnvironmentVariable(SearchVariable) is { Length: > 0 } root
            ? Path.Combine(root, name)
            : null;
        var folder = new[] { Folder, elsewhere }.FirstOrDefault(candidate =>
            candidate is not null && Files!.Keys.All(file => File.Exists(Path.Combine(candidate, file)))
        );
        if (folder is null)
        {
            throw new FileNotFoundException(
                $"The model refers to the checkpoint '{Folder}', which is not there with all its weight files ({string.Join(", ", Files!.Keys)}). "
                    + $"Put it back, or set {SearchVariable} to the directory that holds the folder '{name}', or save the model with BackboneStorage.Embed."
            );
        }

        foreach (var (file, expected) in Files!)
        {
            var got = Digest(Path.Combine(folder, file));
            if (got != expected)
            {
                throw new InvalidDataException(
                    $"'{Path.Combine(folder, file)}' is not the file that the model was saved with: SHA-256 is {got}; expected {expected}. Restore the original checkpoint."
                );
            }
        }

        return folder;
    }

    /// <summary>The backbone of a model that has been loaded again.</summary>
    public Backbone ToBackbone() => new(Folder) { IsChanged = IsChanged };

    private static string[] WeightFiles(string folder) =>
        [.. Directory.GetFiles(folder, "*.safetensors", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];

    private static string Digest(string file)
    {
        using var stream = File.OpenRead(file);
        return Convert.ToHexString(SHA256.HashData(stream));
    }
}
