using Microsoft.ML.LlamaVae.Native;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Checkpoints;

/// <summary>Writes tensors in the safetensors format, one after the other: no copy of the whole in memory.</summary>
public static class SafetensorsWriter
{
    private const int BufferSize = 1 << 20;

    /// <summary>Writes to a stream, which needs not be seekable and stays open.</summary>
    /// <param name="stream">Takes header and tensors.</param>
    /// <param name="tensors">Name and value, in the order of the file.</param>
    /// <param name="metadata">Text kept in the header; null for none.</param>
    public static void Write(
        Stream stream,
        IReadOnlyList<(string Name, Tensor Value)> tensors,
        IReadOnlyDictionary<string, string>? metadata = null
    )
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(tensors);
        TorchBackend.EnsureLoaded();
        stream.Write(SafetensorsHeader.Of(tensors, metadata ?? new Dictionary<string, string>()).ToBytes());
        foreach (var (_, value) in tensors)
        {
            using var scope = NewDisposeScope();
            using var ungraded = no_grad();
            var dense = value.detach().cpu().contiguous();
            if (dense.numel() > 0)
            {
                dense.WriteBytesToStream(stream, BufferSize);
            }
        }
    }

    /// <summary>Writes a file beside the target and renames it: the target is the old one or the whole new one.</summary>
    /// <param name="path">The target; its folder is made where it is missing.</param>
    /// <param name="tensors">Name and value, in the order of the file.</param>
    /// <param name="metadata">Text kept in the header; null for none.</param>
    public static void WriteFile(
        string path,
        IReadOnlyList<(string Name, Tensor Value)> tensors,
        IReadOnlyDictionary<string, string>? metadata = null
    ) => AtomicFile.Write(path, stream => Write(stream, tensors, metadata));
}
