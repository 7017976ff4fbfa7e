using System.Runtime.InteropServices;
using Microsoft.ML.LlamaVae.Native;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Checkpoints;

/// <summary>Reads tensors in the safetensors format from a stream that cannot seek: one after the other.</summary>
/// <remarks>Only numbers are read; nothing is ever executed.</remarks>
public sealed class SafetensorsReader
{
    private const int BufferSize = 1 << 20;
    private readonly Stream _stream;
    private readonly string _source;
    private readonly SafetensorsHeader _header;
    private bool _isRead;

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
        _header = new SafetensorsHeaderReader(source).Read(stream, null);
    }

    /// <summary>The tensors in the order of the stream.</summary>
    public IReadOnlyList<SafetensorsEntry> Entries => _header.Entries;

    /// <summary>The text kept in the header.</summary>
    public IReadOnlyDictionary<string, string> Metadata => _header.Metadata;

    /// <summary>The tensors, each read when it is asked for; once only, and to the end.</summary>
    /// <returns>On the CPU, in the stream's type; the caller owns each.</returns>
    /// <exception cref="InvalidDataException">The stream ends within a tensor, or memory cannot hold it.</exception>
    /// <exception cref="InvalidOperationException">The tensors were read before.</exception>
    public IEnumerable<(string Name, Tensor Value)> ReadAll()
    {
        if (_isRead)
        {
            throw new InvalidOperationException($"The tensors of '{_source}' were read before; open it again.");
        }

        _isRead = true;
        foreach (var entry in _header.Entries)
        {
            yield return (entry.Name, ReadTensor(_stream, entry, _source));
        }
    }

    /// <summary>Reads the bytes of one tensor; the caller owns it.</summary>
    internal static Tensor ReadTensor(Stream stream, SafetensorsEntry entry, string source)
    {
        using var scope = NewDisposeScope();
        using var ungraded = no_grad();
        var tensor = Allocate(entry, source);
        Fill(tensor, stream, entry, source);
        return tensor.MoveToOuterDisposeScope();
    }

    /// <summary>Reads the bytes of one tensor into a contiguous one on the CPU that has its type and shape.</summary>
    private static void Fill(Tensor target, Stream stream, SafetensorsEntry entry, string source)
    {
        if (entry.Length > 0)
        {
            using var bounded = new BoundedStream(stream, entry, source);
            target.ReadBytesFromStream(bounded, BufferSize);
        }
    }

    private static Tensor Allocate(SafetensorsEntry entry, string source)
    {
        try
        {
            return empty([.. entry.Shape], entry.Dtype);
        }
        catch (ExternalException e)
        {
            throw new InvalidDataException(
                $"'{source}': the tensor '{entry.Name}' of {entry.Length} bytes doesn't fit in memory.",
                e
            );
        }
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
