using System.Text.Json;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Checkpoints;

/// <summary>The weights of a HuggingFace folder: <c>model.safetensors</c>, or shards with an index.</summary>
internal sealed class CheckpointFolder : IDisposable
{
    private const string SingleFile = "model.safetensors";
    private const string IndexFile = "model.safetensors.index.json";

    private readonly Dictionary<string, SafetensorsFile> _byTensor = new(StringComparer.Ordinal);
    private readonly List<SafetensorsFile> _files = [];
    private readonly string _folder;

    private CheckpointFolder(string folder) => _folder = folder;

    /// <summary>Names of all tensors.</summary>
    public IReadOnlyCollection<string> Names => _byTensor.Keys;

    /// <summary>The files that hold the weights.</summary>
    public IEnumerable<string> Files => _files.Select(file => file.FilePath);

    /// <exception cref="FileNotFoundException">There are no weights, or a shard is missing.</exception>
    /// <exception cref="InvalidDataException">A file is broken, or there are PyTorch pickles only.</exception>
    public static CheckpointFolder Open(string folder)
    {
        var checkpoint = new CheckpointFolder(folder);
        try
        {
            checkpoint.OpenFiles();
            return checkpoint;
        }
        catch
        {
            checkpoint.Dispose();
            throw;
        }
    }

    public bool Contains(string name) => _byTensor.ContainsKey(name);

    public SafetensorsEntry this[string name] => _byTensor[name][name];

    /// <summary>Reads a tensor to the CPU in the file's type; the caller owns it.</summary>
    public Tensor Read(string name) => _byTensor[name].Read(name);

    private void OpenFiles()
    {
        var single = Path.Combine(_folder, SingleFile);
        var index = Path.Combine(_folder, IndexFile);
        if (File.Exists(single))
        {
            Add(SafetensorsFile.Open(single), null);
        }
        else if (File.Exists(index))
        {
            OpenShards(index);
        }
        else
        {
            throw NoWeights();
        }
    }

    private void OpenShards(string index)
    {
        using var json = JsonDocument.Parse(File.ReadAllText(index));
        if (!json.RootElement.TryGetProperty("weight_map", out var map))
        {
            throw new InvalidDataException(
                $"'{index}': the key 'weight_map' is missing; expected tensor names and their files."
            );
        }

        foreach (var shard in map.EnumerateObject().GroupBy(p => p.Value.GetString()!, p => p.Name))
        {
            var path = Path.Combine(_folder, Path.GetFileName(shard.Key));
            if (!File.Exists(path))
            {
                throw new FileNotFoundException(
                    $"'{index}' names the shard '{shard.Key}', which is missing. Download all shards of the checkpoint.",
                    path
                );
            }

            Add(SafetensorsFile.Open(path), [.. shard]);
        }
    }

    private void Add(SafetensorsFile file, IReadOnlyList<string>? expected)
    {
        _files.Add(file);
        foreach (var name in expected ?? [.. file.Entries.Select(entry => entry.Name)])
        {
            _byTensor[name] = file.Contains(name)
                ? file
                : throw new InvalidDataException(
                    $"'{file.FilePath}' lacks the tensor '{name}', which the index promises. Download the shard again."
                );
        }
    }

    private Exception NoWeights()
    {
        var pickle = Directory.Exists(_folder)
            ? Directory
                .EnumerateFiles(_folder)
                .FirstOrDefault(file => Path.GetExtension(file) is ".bin" or ".pt" or ".pth" or ".ckpt")
            : null;
        return pickle is null
            ? new FileNotFoundException(
                $"'{_folder}' holds neither {SingleFile} nor {IndexFile}: it is not a checkpoint of the HuggingFace layout."
            )
            : new InvalidDataException(
                $"'{pickle}' is a PyTorch pickle, which can run code when it is read and is refused. Convert it once, where you trust it: "
                    + "python -c \"import transformers; transformers.AutoModel.from_pretrained('FOLDER').save_pretrained('NEW', safe_serialization=True)\""
            );
    }

    public void Dispose() => _files.ForEach(file => file.Dispose());
}
