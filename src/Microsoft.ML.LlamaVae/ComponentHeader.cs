using System.Text;

namespace Microsoft.ML.LlamaVae;

/// <summary>What stands in front of a saved transformer's weights: format, signature, columns, options.</summary>
internal static class ComponentHeader
{
    private const int Format = 1;

    /// <summary>Writes the header; the stream stays open.</summary>
    public static void Write(Stream stream, string signature, params string?[] values)
    {
        using var writer = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true);
        writer.Write(Format);
        writer.Write(signature);
        writer.Write(values.Length);
        foreach (var value in values)
        {
            writer.Write(value is not null);
            writer.Write(value ?? "");
        }
    }

    /// <summary>Reads the header that was written with the same signature.</summary>
    /// <exception cref="InvalidDataException">It is another component's, of a newer format, or none at all.</exception>
    public static string?[] Read(Stream stream, string signature)
    {
        using var reader = new BinaryReader(stream, Encoding.UTF8, leaveOpen: true);
        try
        {
            var format = reader.ReadInt32();
            var found = format == Format ? reader.ReadString() : "?";
            if (format != Format || found != signature)
            {
                throw new InvalidDataException(
                    $"The stream holds a '{found}' of format {format}; expected a '{signature}' of format {Format}."
                );
            }

            var values = new string?[Math.Clamp(reader.ReadInt32(), 0, 64)];
            for (var i = 0; i < values.Length; i++)
            {
                var has = reader.ReadBoolean();
                var value = reader.ReadString();
                values[i] = has ? value : null;
            }

            return values;
        }
        catch (EndOfStreamException e)
        {
            throw new InvalidDataException($"The stream ends within the header of a '{signature}'.", e);
        }
    }
}
