using System.Buffers.Binary;
using System.Text.Json;

namespace Microsoft.ML.LlamaVae.Checkpoints;

/// <summary>Reads headers that anybody may have written: every claim is checked before anything trusts it.</summary>
/// <param name="source">Names the file in errors.</param>
internal sealed class SafetensorsHeaderReader(string source)
{
    // The limit of the reference implementation.
    private const long MaxHeaderLength = 100_000_000;

    /// <summary>Reads and checks the header at the beginning of a stream.</summary>
    /// <param name="stream">Read up to the first tensor; needs not be seekable.</param>
    /// <param name="length">Length of the whole stream, where it is known.</param>
    /// <exception cref="InvalidDataException">It isn't a valid safetensors header.</exception>
    public SafetensorsHeader Read(Stream stream, long? length)
    {
        var bytes = ReadJson(stream, length);
        try
        {
            using var json = JsonDocument.Parse(bytes);
            var header = Parse(json.RootElement, bytes.Length + sizeof(long));
            CheckLayout(header, length);
            return header;
        }
        catch (Exception e)
            when (e is JsonException or InvalidOperationException or FormatException or KeyNotFoundException)
        {
            throw Invalid($"its header is not the expected JSON ({e.Message})", e);
        }
    }

    private byte[] ReadJson(Stream stream, long? length)
    {
        Span<byte> prefix = stackalloc byte[sizeof(long)];
        if (stream.ReadAtLeast(prefix, prefix.Length, throwOnEndOfStream: false) < prefix.Length)
        {
            throw Invalid("it is shorter than the 8 bytes of the header's length");
        }

        if (prefix.SequenceEqual("version "u8))
        {
            throw Invalid("it is the pointer of a Git LFS file, not the file (run 'git lfs pull')");
        }

        var size = BinaryPrimitives.ReadInt64LittleEndian(prefix);
        if (size < 2 || size > MaxHeaderLength || size + sizeof(long) > length)
        {
            throw Invalid($"its header claims {size} bytes");
        }

        var bytes = new byte[size];
        return stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) == bytes.Length
            ? bytes
            : throw Invalid("it ends within the header");
    }

    private SafetensorsHeader Parse(JsonElement root, long length)
    {
        var entries = new List<SafetensorsEntry>();
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var property in root.EnumerateObject())
        {
            if (!property.NameEquals(SafetensorsHeader.MetadataKey))
            {
                entries.Add(ParseEntry(property.Name, property.Value));
                continue;
            }

            foreach (var pair in property.Value.EnumerateObject())
            {
                metadata[pair.Name] = pair.Value.GetString() ?? "";
            }
        }

        return new SafetensorsHeader([.. entries.OrderBy(e => e.Begin).ThenBy(e => e.End)], metadata, length);
    }

    private SafetensorsEntry ParseEntry(string name, JsonElement value)
    {
        var dtype = value.GetProperty("dtype").GetString();
        var type =
            SafetensorsType.Named(dtype) ?? throw Invalid($"the tensor '{name}' is of the unknown type '{dtype}'");
        long[] shape = [.. value.GetProperty("shape").EnumerateArray().Select(size => size.GetInt64())];
        long[] offsets = [.. value.GetProperty("data_offsets").EnumerateArray().Select(offset => offset.GetInt64())];
        if (offsets.Length != 2)
        {
            throw Invalid($"the tensor '{name}' has {offsets.Length} data_offsets instead of 2");
        }

        var entry = new SafetensorsEntry(name, type.Dtype, shape, offsets[0], offsets[1]);
        return entry.Begin >= 0 && entry.End >= entry.Begin && type.Bytes(shape) == entry.Length
            ? entry
            : throw Invalid(
                $"the tensor '{name}' of type {dtype} and shape [{string.Join(", ", shape)}] cannot lie at bytes {entry.Begin} to {entry.End}"
            );
    }

    // One tensor begins where the one before it ends, and the last ends with the file.
    private void CheckLayout(SafetensorsHeader header, long? length)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var offset = 0L;
        foreach (var entry in header.Entries)
        {
            if (!names.Add(entry.Name))
            {
                throw Invalid($"the tensor '{entry.Name}' comes twice");
            }

            if (entry.Begin != offset)
            {
                throw Invalid(
                    $"the tensor '{entry.Name}' begins at byte {entry.Begin}, but the one before it ends at {offset}"
                );
            }

            offset = entry.End;
        }

        if (length is { } total && total - header.Length != offset)
        {
            throw Invalid($"its tensors should have {offset} bytes; it has {total - header.Length} after the header");
        }
    }

    private InvalidDataException Invalid(string reason, Exception? inner = null) =>
        new($"'{source}' is not a usable safetensors file: {reason}. Download or export it again.", inner);
}
