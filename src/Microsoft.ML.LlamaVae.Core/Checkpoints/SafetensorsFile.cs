using Microsoft.ML.LlamaVae.Native;
using Microsoft.Win32.SafeHandles;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Checkpoints;

/// <summary>A safetensors file, read tensor by tensor.</summary>
/// <remarks>Only numbers are read; nothing is ever executed. Reading is safe from several threads.</remarks>
public sealed class SafetensorsFile : IDisposable
{
    private readonly SafeFileHandle _handle;
    private readonly SafetensorsHeader _header;
    private readonly Dictionary<string, SafetensorsEntry> _entries;
    private readonly Dictionary<ScalarType, Tensor> _mapped = []; // the file as numbers of one type

    private SafetensorsFile(string path, SafeFileHandle handle)
    {
        FilePath = path;
        _handle = handle;
        var length = RandomAccess.GetLength(handle);
        using var stream = new SliceStream(handle, 0, length);
        _header = new SafetensorsHeaderReader(path).Read(stream, length);
        _entries = _header.Entries.ToDictionary(entry => entry.Name, StringComparer.Ordinal);
    }

    /// <summary>The file.</summary>
    public string FilePath { get; }

    /// <summary>The tensors in the order of the file.</summary>
    public IReadOnlyList<SafetensorsEntry> Entries => _header.Entries;

    /// <summary>The text kept in the header.</summary>
    public IReadOnlyDictionary<string, string> Metadata => _header.Metadata;

    /// <summary>Opens a file and checks its header.</summary>
    /// <exception cref="IOException">There is no such file, or it cannot be read.</exception>
    /// <exception cref="InvalidDataException">It isn't a valid safetensors file.</exception>
    public static SafetensorsFile Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        TorchBackend.EnsureLoaded();
        var handle = File.OpenHandle(path);
        try
        {
            return new SafetensorsFile(path, handle);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>Whether there is a tensor of that name.</summary>
    public bool Contains(string name) => _entries.ContainsKey(name);

    /// <summary>Type, shape and place of a tensor.</summary>
    /// <exception cref="KeyNotFoundException">There is none of that name.</exception>
    public SafetensorsEntry this[string name] =>
        _entries.TryGetValue(name, out var entry)
            ? entry
            : throw new KeyNotFoundException($"'{FilePath}' holds no tensor '{name}'.");

    /// <summary>Reads a tensor to the CPU in the file's type.</summary>
    /// <returns>The caller owns it.</returns>
    /// <exception cref="KeyNotFoundException">There is none of that name.</exception>
    /// <exception cref="InvalidDataException">Memory cannot hold it, or the file became shorter since it was opened.</exception>
    public Tensor Read(string name)
    {
        var entry = this[name];
        using var stream = Slice(entry);
        return SafetensorsReader.ReadTensor(stream, entry, FilePath);
    }

    /// <summary>Gives a tensor of the same shape the values of the file.</summary>
    /// <remarks>
    /// Where type and device allow, a parameter becomes the pages of the file, which are read when they are first touched,
    /// shared with other processes, and dropped where memory is short; a write changes this process' copy and never the
    /// file, which must not be truncated meanwhile. Else the values are copied.
    /// </remarks>
    internal void LoadInto(string name, Tensor target)
    {
        using var scope = NewDisposeScope();
        using var ungraded = no_grad();
        var entry = this[name];
        var pages = Pages(entry);
        var isSame = target.dtype == entry.Dtype && target.device.type == TorchSharp.DeviceType.CPU;
        if (pages is not null && isSame && target is Parameter)
        {
            target.set_(pages);
            FilePages.Remember(target);
            return;
        }

        target.copy_(pages ?? Read(name));
        if (pages is not null)
        {
            FilePages.Drop(pages);
        }
    }

    // A view of the mapped file; null where the tensor isn't aligned to its type, which the format allows.
    private Tensor? Pages(SafetensorsEntry entry)
    {
        var begin = _header.Length + entry.Begin;
        var size = SafetensorsType.Of(entry.Dtype, entry.Name).Size;
        return entry.Length > 0 && begin % size == 0
            ? Mapped(entry.Dtype, size).narrow(0, begin / size, entry.Length / size).view([.. entry.Shape])
            : null;
    }

    private Tensor Mapped(ScalarType dtype, int size)
    {
        lock (_mapped)
        {
            if (!_mapped.TryGetValue(dtype, out var file))
            {
                var count = RandomAccess.GetLength(_handle) / size;
                file = from_file(FilePath, shared: false, size: count, dtype: dtype).DetachFromDisposeScope(); // [count]
                _mapped.Add(dtype, file);
            }

            return file;
        }
    }

    /// <summary>Closes the file; tensors that are its pages stay valid.</summary>
    public void Dispose()
    {
        _handle.Dispose();
        foreach (var file in _mapped.Values)
        {
            file.Dispose();
        }
    }

    private SliceStream Slice(SafetensorsEntry entry) => new(_handle, _header.Length + entry.Begin, entry.Length);

    /// <summary>A part of a file, read by position.</summary>
    private sealed class SliceStream(SafeFileHandle handle, long begin, long length) : ReadOnlyStream
    {
        private long _position;

        public override int Read(Span<byte> buffer)
        {
            var wanted = (int)Math.Min(buffer.Length, length - _position);
            var read = wanted > 0 ? RandomAccess.Read(handle, buffer[..wanted], begin + _position) : 0;
            _position += read;
            return read;
        }
    }
}
