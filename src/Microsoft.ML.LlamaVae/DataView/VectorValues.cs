using System.Numerics;
using Microsoft.ML.Data;

namespace Microsoft.ML.LlamaVae.DataView;

/// <summary>Vectors of any numeric type in and out of columns.</summary>
internal static class VectorValues
{
    /// <summary>Writes the vector of a slot, sparse or dense, into a span of its size.</summary>
    public static void Read(ColumnBuffer buffer, int slot, Span<float> values)
    {
        switch (buffer)
        {
            case ColumnBuffer<VBuffer<float>> singles:
                singles.Items[slot].CopyTo(values);
                break;
            case ColumnBuffer<VBuffer<double>> b:
                Convert(b.Items[slot], values);
                break;
            case ColumnBuffer<VBuffer<sbyte>> b:
                Convert(b.Items[slot], values);
                break;
            case ColumnBuffer<VBuffer<byte>> b:
                Convert(b.Items[slot], values);
                break;
            case ColumnBuffer<VBuffer<short>> b:
                Convert(b.Items[slot], values);
                break;
            case ColumnBuffer<VBuffer<ushort>> b:
                Convert(b.Items[slot], values);
                break;
            case ColumnBuffer<VBuffer<int>> b:
                Convert(b.Items[slot], values);
                break;
            case ColumnBuffer<VBuffer<uint>> b:
                Convert(b.Items[slot], values);
                break;
            case ColumnBuffer<VBuffer<long>> b:
                Convert(b.Items[slot], values);
                break;
            case ColumnBuffer<VBuffer<ulong>> b:
                Convert(b.Items[slot], values);
                break;
            default:
                throw new InvalidOperationException($"A buffer of {buffer.GetType()} holds no numeric vectors.");
        }
    }

    /// <summary>Sets a vector to these values, in its own buffer where that is large enough.</summary>
    public static void Set(ref VBuffer<float> vector, ReadOnlySpan<float> values)
    {
        var editor = VBufferEditor.Create(ref vector, values.Length);
        values.CopyTo(editor.Values);
        vector = editor.Commit();
    }

    /// <summary>Sets all slots of a vector to NaN, ML.NET's sign for missing.</summary>
    public static void SetMissing(ref VBuffer<float> vector, int size)
    {
        var editor = VBufferEditor.Create(ref vector, size);
        editor.Values.Fill(float.NaN);
        vector = editor.Commit();
    }

    public static bool IsFinite(ReadOnlySpan<float> values)
    {
        foreach (var value in values)
        {
            if (!float.IsFinite(value))
            {
                return false;
            }
        }

        return true;
    }

    private static void Convert<T>(in VBuffer<T> vector, Span<float> values)
        where T : INumber<T>
    {
        values.Clear();
        foreach (var (slot, value) in vector.Items())
        {
            values[slot] = float.CreateTruncating(value);
        }
    }
}
