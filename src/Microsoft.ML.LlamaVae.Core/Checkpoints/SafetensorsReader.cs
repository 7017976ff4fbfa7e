using Microsoft.ML.LlamaVae.Native;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Checkpoints;

/// <summary>Reads tensors in the safetensors format from a stream that cannot seek: one after the other.</summary>
public sealed class SafetensorsReader
{
    private const int BufferSize = 1 << 20;
    private readonly Stream _stream;
    private readonly string _source;
    private readonly SafetensorsHeader _header;

    /// <summary>Reads the header; the stream stays open and is read no further than the last tensor.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="source">Names it in errors.</param>
    /// <exception cref="InvalidDataException">It isn't a valid safetensors header.</exception>
    public SafetensorsReader(Stream stream, string source = "stream")
    {
        ArgumentNullException.ThrowIfNull(stream);
        TorchBackend.EnsureLoaded();
        _stream = stream;
        _source = source;
        _header = SafetensorsHeader.Read(stream, source, null);
    }

    /// <summary>The tensors in the order of the stream.</summary>
    public IReadOnlyList<SafetensorsEntry> Entries => _header.Entries;

    /// <summary>The text kept in the header.</summary>
    public IReadOnlyDictionary<string, string> Metadata => _header.Metadata;

    /// <summary>The tensors, each read when it is asked for; once only, and to the end.</summary>
    /// <returns>On the CPU, in the stream's type; the caller owns each.</returns>
    /// <exception cref="InvalidDataException">The stream ends within a tensor.</exception>
    public IEnumerable<(string Name, Tensor Value)> ReadAll()
    {
        foreach (var entry in _header.Entries)
        {
            yield return (entry.Name, ReadTensor(_stream, entry, _source));
        }
    }

    internal static Tensor ReadTensor(Stream stream, SafetensorsEntry entry, string source)
    {
        using var ungraded = no_grad();
        var tensor = empty([.. entry.Shape], entry.Dtype);
        if (entry.Length > 0)
        {
            using var bounded = new BoundedStream(stream, entry, source);
            tensor.ReadBytesFromStream(bounded, BufferSize);
        }

        return tensor;
    }

    /// <summary>Gives the bytes of one tensor and no more; says so where they end too early.</summary>
    private sealed class BoundedStream(Stream inner, SafetensorsEntry entry, string source) : ReadOnlyStream
    {
        private long _left = entry.Length;

        public override int Read(Span<byte> buffer)
        {
            var wanted = (int)Math.Min(buffer.Length, _left);
            var read = inner.ReadAtLeast(buffer[..wanted], wanted, throwOnEndOfStream: false);
            _left -= read;
            return read == wanted
                ? read
                : throw new InvalidDataException(
                    $"'{source}' ends within the tensor '{entry.Name}': {_left} of its {entry.Length} bytes are missing."
                );
        }
    }
}
