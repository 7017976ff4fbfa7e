using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Checkpoints;

/// <summary>The weights of a HuggingFace folder: <c>model.safetensors</c>, or shards with an index.</summary>
internal sealed class CheckpointFolder : IDisposable
{
    private const string SingleFile = "model.safetensors";
    private const string IndexFile = "model.safetensors.index.json";
    private const string Conversion =
        "import glob, torch; from safetensors.torch import save_file; "
        + "w = {k: v.clone().contiguous() for f in sorted(glob.glob('pytorch_model*.bin')) "
        + "for k, v in torch.load(f, map_location='cpu', weights_only=True).items()}; "
        + "save_file(w, 'model.safetensors')";

    private readonly Dictionary<string, SafetensorsFile> _byTensor = new(StringComparer.Ordinal);
    private readonly List<SafetensorsFile> _files = [];

    private CheckpointFolder(string folder) => Folder = folder;

    /// <summary>The folder.</summary>
    public string Folder { get; }

    /// <summary>Names of all tensors.</summary>
    public IReadOnlyCollection<string> Names => _byTensor.Keys;

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

    /// <summary>Gives a tensor of the same shape the values of the checkpoint; types and devices may differ.</summary>
    public void LoadInto(string name, Tensor target) => _byTensor[name].LoadInto(name, target);

    private void OpenFiles()
    {
        var single = Path.Combine(Folder, SingleFile);
        var index = Path.Combine(Folder, IndexFile);
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
        var map = ConfigJson.Open(index).Strings("weight_map");
        foreach (var shard in map.GroupBy(pair => pair.Value, pair => pair.Key))
        {
            var path = Path.Combine(Folder, Path.GetFileName(shard.Key));
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
        var pickle = Directory.Exists(Folder)
            ? Directory
                .EnumerateFiles(Folder)
                .Order(StringComparer.Ordinal)
                .FirstOrDefault(file => Path.GetExtension(file) is ".bin" or ".pt" or ".pth" or ".ckpt")
            : null;
        return pickle is null
            ? new FileNotFoundException(
                $"'{Folder}' holds neither {SingleFile} nor {IndexFile}: it is not a checkpoint of the HuggingFace layout."
            )
            : new InvalidDataException(
                $"'{pickle}' is a PyTorch pickle, which can run code when it is read and is refused. Convert it once, where you trust it, by this Python in the folder: {Conversion}"
            );
    }

    public void Dispose() => _files.ForEach(file => file.Dispose());
}
