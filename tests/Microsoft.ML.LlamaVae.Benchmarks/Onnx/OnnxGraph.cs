using System.Globalization;
using System.Runtime.InteropServices;

namespace Microsoft.ML.LlamaVae.Benchmarks.Onnx;

/// <summary>Builds an ONNX model (operator set 17) node by node; numbers are the field numbers of onnx.proto.</summary>
internal sealed class OnnxGraph
{
    private const int Float = 1;
    private const int Int64 = 7;
    private readonly ProtoWriter _graph = new();
    private int _names;

    /// <summary>An operation; the name of its result.</summary>
    public string Node(string operation, string[] inputs, params (string Name, object Value)[] attributes)
    {
        var output = Name(operation);
        var node = new ProtoWriter();
        foreach (var input in inputs)
        {
            node.Text(1, input);
        }

        node.Text(2, output).Text(3, output).Text(4, operation);
        foreach (var (name, value) in attributes)
        {
            node.Message(5, Attribute(name, value));
        }

        _graph.Message(1, node);
        return output;
    }

    /// <summary>A constant of floats.</summary>
    public string Constant(float[] values, params long[] shape) =>
        Constant(Float, MemoryMarshal.AsBytes<float>(values), shape);

    /// <summary>A constant of integers.</summary>
    public string Constant(long[] values, params long[] shape) =>
        Constant(Int64, MemoryMarshal.AsBytes<long>(values), shape);

    /// <summary>An input of floats, or of integers; negative sizes are free.</summary>
    public string Input(string name, bool isFloat, params long[] shape)
    {
        _graph.Message(11, Value(name, isFloat, shape));
        return name;
    }

    /// <summary>Ends the model.</summary>
    public byte[] Finish(string output, params long[] shape)
    {
        _graph.Text(2, "encoder").Message(12, Value(output, isFloat: true, shape));
        var operators = new ProtoWriter().Text(1, "").Number(2, 17);
        return new ProtoWriter().Number(1, 8).Message(7, _graph).Message(8, operators).ToArray();
    }

    private string Constant(int type, ReadOnlySpan<byte> bytes, long[] shape)
    {
        var name = Name("constant");
        var value = new ProtoWriter();
        foreach (var size in shape)
        {
            value.Number(1, size);
        }

        _graph.Message(5, value.Number(2, type).Text(8, name).Bytes(9, bytes));
        return name;
    }

    private static ProtoWriter Attribute(string name, object value)
    {
        var attribute = new ProtoWriter().Text(1, name);
        switch (value)
        {
            case int number:
                return attribute.Number(3, number).Number(20, 2);
            case float number:
                return attribute.Single(2, number).Number(20, 1);
            default:
                foreach (var number in (long[])value)
                {
                    attribute.Number(8, number);
                }

                return attribute.Number(20, 7);
        }
    }

    private static ProtoWriter Value(string name, bool isFloat, long[] shape)
    {
        var sizes = new ProtoWriter();
        for (var i = 0; i < shape.Length; i++)
        {
            sizes.Message(
                1,
                shape[i] < 0
                    ? new ProtoWriter().Text(2, string.Create(CultureInfo.InvariantCulture, $"n{i}"))
                    : new ProtoWriter().Number(1, shape[i])
            );
        }

        var tensor = new ProtoWriter().Number(1, isFloat ? Float : Int64).Message(2, sizes);
        return new ProtoWriter().Text(1, name).Message(2, new ProtoWriter().Message(1, tensor));
    }

    private string Name(string stem) => string.Create(CultureInfo.InvariantCulture, $"{stem}_{_names++}");
}
