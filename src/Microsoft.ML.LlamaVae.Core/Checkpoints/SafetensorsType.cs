using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Checkpoints;

/// <summary>An element type that the format and torch share.</summary>
/// <param name="Name">Name in the format.</param>
/// <param name="Dtype">Type in torch.</param>
/// <param name="Size">Bytes of an element.</param>
internal sealed record SafetensorsType(string Name, ScalarType Dtype, int Size)
{
    private static readonly SafetensorsType[] s_all =
    [
        new("F64", ScalarType.Float64, 8),
        new("F32", ScalarType.Float32, 4),
        new("F16", ScalarType.Float16, 2),
        new("BF16", ScalarType.BFloat16, 2),
        new("I64", ScalarType.Int64, 8),
        new("I32", ScalarType.Int32, 4),
        new("I16", ScalarType.Int16, 2),
        new("I8", ScalarType.Int8, 1),
        new("U8", ScalarType.Byte, 1),
        new("BOOL", ScalarType.Bool, 1),
    ];

    /// <summary>The type of a name in a header; null where torch has none.</summary>
    public static SafetensorsType? Named(string? name) => Array.Find(s_all, type => type.Name == name);

    /// <exception cref="ArgumentException">The format has no such type.</exception>
    public static SafetensorsType Of(ScalarType dtype, string tensor) =>
        Array.Find(s_all, type => type.Dtype == dtype)
        ?? throw new ArgumentException(
            $"The tensor '{tensor}' is of type {dtype}, which safetensors cannot hold. Convert it to one of {string.Join(", ", s_all.Select(type => type.Dtype))}."
        );

    /// <summary>Bytes of a tensor of this type; null where a size is negative or no memory could hold it.</summary>
    public long? Bytes(IReadOnlyList<long> shape)
    {
        Int128 bytes = Size;
        foreach (var size in shape)
        {
            // An empty tensor has strides all the same, and they must fit.
            bytes *= Math.Max(size, 1);
            if (size < 0 || bytes > long.MaxValue)
            {
                return null;
            }
        }

        return shape.Contains(0) ? 0 : (long)bytes;
    }
}
