using System.Buffers.Binary;
using System.Text.Json;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Checkpoints;

/// <summary>The header of the safetensors format: 8 bytes of length, JSON, then the tensors' bytes without gaps.</summary>
/// <param name="Entries">The tensors in the order of their bytes.</param>
/// <param name="Metadata">The entry <c>__metadata__</c>: text to text.</param>
/// <param name="Length">Bytes before the first tensor.</param>
internal sealed record SafetensorsHeader(
    IReadOnlyList<SafetensorsEntry> Entries,
    IReadOnlyDictionary<string, string> Metadata,
    long Length
)
{
    // The limit of the reference implementation.
    private const long MaxHeaderLength = 100_000_000;
    private const string MetadataKey = "__metadata__";

    private static readonly (string Name, ScalarType Dtype, int Size)[] s_types =
    [
        ("F64", ScalarType.Float64, 8),
        ("F32", ScalarType.Float32, 4),
        ("F16", ScalarType.Float16, 2),
        ("BF16", ScalarType.BFloat16, 2),
        ("I64", ScalarType.Int64, 8),
        ("I32", ScalarType.Int32, 4),
        ("I16", ScalarType.Int16, 2),
        ("I8", ScalarType.Int8, 1),
        ("U8", ScalarType.Byte, 1),
        ("BOOL", ScalarType.Bool, 1),
    ];

    /// <summary>Lays the tensors out in the given order.</summary>
    public static SafetensorsHeader Of(
        IEnumerable<(string Name, Tensor Value)> tensors,
        IReadOnlyDictionary<string, string> metadata
    )
    {
        var entries = new List<SafetensorsEntry>();
        var offset = 0L;
        foreach (var (name, value) in tensors)
        {
            var length = value.numel() * TypeOf(value.dtype, name).Size;
            entries.Add(new SafetensorsEntry(name, value.dtype, value.shape, offset, offset + length));
            offset += length;
        }

        return new SafetensorsHeader(entries, metadata, 0);
    }

    /// <summary>The bytes of the header; the JSON is padded with spaces to a multiple of 8.</summary>
    public byte[] ToBytes()
    {
        using var buffer = new MemoryStream();
        buffer.Write(new byte[8]);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            if (Metadata.Count > 0)
            {
                json.WriteStartObject(MetadataKey);
                foreach (var (key, value) in Metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal))
                {
                    json.WriteString(key, value);
                }

                json.WriteEndObject();
            }

            foreach (var entry in Entries)
            {
                json.WriteStartObject(entry.Name);
                json.WriteString("dtype", TypeOf(entry.Dtype, entry.Name).Name);
                json.WriteStartArray("shape");
                foreach (var size in entry.Shape)
                {
                    json.WriteNumberValue(size);
                }

                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(entry.Begin);
                json.WriteNumberValue(entry.End);
                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        while (buffer.Length % 8 != 0)
        {
            buffer.WriteByte((byte)' ');
        }

        var bytes = buffer.ToArray();
        BinaryPrimitives.WriteInt64LittleEndian(bytes, bytes.Length - 8);
        return bytes;
    }

    /// <summary>Reads and checks the header at the beginning of a stream.</summary>
    /// <param name="stream">Read up to the first tensor; needs not be seekable.</param>
    /// <param name="source">Names the file in errors.</param>
    /// <param name="length">Length of the whole stream, where it is known.</param>
    /// <exception cref="InvalidDataException">It isn't a valid safetensors header.</exception>
    public static SafetensorsHeader Read(Stream stream, string source, long? length)
    {
        Span<byte> prefix = stackalloc byte[8];
        if (stream.ReadAtLeast(prefix, 8, throwOnEndOfStream: false) < 8)
        {
            throw Invalid(source, "it is shorter than the 8 bytes of the header's length");
        }

        var size = BinaryPrimitives.ReadInt64LittleEndian(prefix);
        if (size < 2 || size > MaxHeaderLength || size + 8 > length)
        {
            throw Invalid(source, $"its header claims {size} bytes");
        }

        var bytes = new byte[size];
        if (stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length)
        {
            throw Invalid(source, "it ends within the header");
        }

        try
        {
            using var json = JsonDocument.Parse(bytes);
            return Check(Parse(json.RootElement, source, size + 8), source, length);
        }
        catch (Exception e)
            when (e is JsonException or InvalidOperationException or FormatException or KeyNotFoundException)
        {
            throw Invalid(source, $"its header is not the expected JSON ({e.Message})", e);
        }
    }

    private static SafetensorsHeader Parse(JsonElement root, string source, long length)
    {
        var entries = new List<SafetensorsEntry>();
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var property in root.EnumerateObject())
        {
            if (property.NameEquals(MetadataKey))
            {
                foreach (var pair in property.Value.EnumerateObject())
                {
                    metadata[pair.Name] = pair.Value.GetString() ?? "";
                }

                continue;
            }

            var dtype = property.Value.GetProperty("dtype").GetString();
            var type = s_types.FirstOrDefault(t => t.Name == dtype);
            if (type.Name is null)
            {
                throw Invalid(source, $"the tensor '{property.Name}' is of the unknown type '{dtype}'");
            }

            var offsets = property.Value.GetProperty("data_offsets");
            entries.Add(
                new SafetensorsEntry(
                    property.Name,
                    type.Dtype,
                    [.. property.Value.GetProperty("shape").EnumerateArray().Select(size => size.GetInt64())],
                    offsets[0].GetInt64(),
                    offsets[1].GetInt64()
                )
            );
        }

        return new SafetensorsHeader([.. entries.OrderBy(e => e.Begin).ThenBy(e => e.End)], metadata, length);
    }

    private static SafetensorsHeader Check(SafetensorsHeader header, string source, long? length)
    {
        var offset = 0L;
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var entry in header.Entries)
        {
            var expected = (Int128)TypeOf(entry.Dtype, entry.Name).Size;
            foreach (var size in entry.Shape)
            {
                expected = size < 0 || expected > long.MaxValue ? -1 : expected * size;
            }

            if (!names.Add(entry.Name) || entry.Begin != offset || entry.Length != expected)
            {
                throw Invalid(
                    source,
                    $"the tensor '{entry.Name}' of shape [{string.Join(", ", entry.Shape)}] should have {expected} bytes from {offset}; the header says {entry.Begin} to {entry.End}"
                );
            }

            offset = entry.End;
        }

        return length is { } total && header.Length + offset != total
            ? throw Invalid(source, $"it should have {header.Length + offset} bytes; it has {total}")
            : header;
    }

    private static (string Name, ScalarType Dtype, int Size) TypeOf(ScalarType dtype, string tensor)
    {
        var type = s_types.FirstOrDefault(t => t.Dtype == dtype && t.Name is not null);
        return type.Name is null
            ? throw new ArgumentException($"The tensor '{tensor}' is of type {dtype}, which safetensors cannot hold.")
            : type;
    }

    private static InvalidDataException Invalid(string source, string reason, Exception? inner = null) =>
        new($"'{source}' is not a usable safetensors file: {reason}. Download or export it again.", inner);
}
