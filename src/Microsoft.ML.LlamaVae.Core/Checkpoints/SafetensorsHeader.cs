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
    public const string MetadataKey = "__metadata__";

    /// <summary>Lays the tensors out in the given order.</summary>
    /// <exception cref="ArgumentException">A name comes twice or is reserved, or the format has no such type.</exception>
    public static SafetensorsHeader Of(
        IEnumerable<(string Name, Tensor Value)> tensors,
        IReadOnlyDictionary<string, string> metadata
    )
    {
        var names = new HashSet<string>(StringComparer.Ordinal) { MetadataKey };
        var entries = new List<SafetensorsEntry>();
        var offset = 0L;
        foreach (var (name, value) in tensors)
        {
            if (!names.Add(name))
            {
                throw new ArgumentException($"The tensor name '{name}' comes twice or is reserved.", nameof(tensors));
            }

            var length = value.numel() * SafetensorsType.Of(value.dtype, name).Size;
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
                json.WriteString("dtype", SafetensorsType.Of(entry.Dtype, entry.Name).Name);
                WriteNumbers(json, "shape", entry.Shape);
                WriteNumbers(json, "data_offsets", [entry.Begin, entry.End]);
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

    private static void WriteNumbers(Utf8JsonWriter json, string name, IEnumerable<long> numbers)
    {
        json.WriteStartArray(name);
        foreach (var number in numbers)
        {
            json.WriteNumberValue(number);
        }

        json.WriteEndArray();
    }
}
