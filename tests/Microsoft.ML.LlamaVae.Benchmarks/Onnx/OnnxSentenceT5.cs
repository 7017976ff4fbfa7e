using Microsoft.ML.LlamaVae.Encoder;
using Microsoft.ML.LlamaVae.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Benchmarks.Onnx;

/// <summary>Writes a sentence-T5 (v1.0) as an ONNX model: ids and mask [B, S] → sentence embeddings [B, E].</summary>
internal sealed class OnnxSentenceT5
{
    private readonly OnnxGraph _graph = new();
    private readonly SentenceT5Configuration _c;
    private readonly Dictionary<string, Tensor> _weights;

    private OnnxSentenceT5(SentenceT5Encoder encoder)
    {
        _c = encoder.Configuration;
        _weights = encoder.state_dict();
    }

    /// <param name="encoder">Of T5 v1.0, without a bias in its projection.</param>
    /// <param name="longest">S at most.</param>
    public static byte[] Write(SentenceT5Encoder encoder, int longest)
    {
        using var ungraded = no_grad();
        return new OnnxSentenceT5(encoder).Write(longest);
    }

    private byte[] Write(int longest)
    {
        var ids = _graph.Input("ids", isFloat: false, -1, -1);
        var mask = _graph.Input("mask", isFloat: true, -1, -1); // 1 at real tokens
        var bias = Bias(ids, mask, longest); // [B, heads, S, S]
        var x = _graph.Node("Gather", [Weight("shared.weight"), ids]); // [B, S, H]
        for (var i = 0; i < _c.Layers; i++)
        {
            var layer = $"encoder.block.{i}.layer";
            x = _graph.Node(
                "Add",
                [x, Attend(Norm(x, $"{layer}.0.layer_norm.weight"), $"{layer}.0.SelfAttention", bias)]
            );
            var normed = Norm(x, $"{layer}.1.layer_norm.weight");
            var inner = _graph.Node("Relu", [Linear(normed, $"{layer}.1.DenseReluDense.wi.weight")]); // [B, S, F]
            x = _graph.Node("Add", [x, Linear(inner, $"{layer}.1.DenseReluDense.wo.weight")]);
        }

        return _graph.Finish(Pool(Norm(x, "encoder.final_layer_norm.weight"), mask), -1, _c.EmbeddingSize);
    }

    private string Attend(string x, string name, string bias)
    {
        var q = Heads(Linear(x, $"{name}.q.weight"), 0, 2, 1, 3); // [B, heads, S, Dh]
        var k = Heads(Linear(x, $"{name}.k.weight"), 0, 2, 3, 1); // [B, heads, Dh, S]
        var v = Heads(Linear(x, $"{name}.v.weight"), 0, 2, 1, 3); // [B, heads, S, Dh]
        var scores = _graph.Node("Add", [_graph.Node("MatMul", [q, k]), bias]);
        var seen = _graph.Node("MatMul", [_graph.Node("Softmax", [scores], ("axis", -1)), v]); // [B, heads, S, Dh]
        var joined = _graph.Node(
            "Reshape",
            [_graph.Node("Transpose", [seen], ("perm", new long[] { 0, 2, 1, 3 })), _graph.Constant([0, 0, -1], 3)]
        ); // [B, S, heads·Dh]
        return Linear(joined, $"{name}.o.weight");
    }

    private string Heads(string x, params long[] order) =>
        _graph.Node(
            "Transpose",
            [_graph.Node("Reshape", [x, _graph.Constant([0, 0, _c.Heads, _c.HeadSize], 4)])],
            ("perm", order)
        );

    // x / √(mean(x²) + ε) ⊙ w, in the form that ONNX Runtime recognises and fuses.
    private string Norm(string x, string weight)
    {
        var squares = _graph.Node("Pow", [x, _graph.Constant([2f])]);
        var mean = _graph.Node("ReduceMean", [squares], ("axes", new long[] { -1 }), ("keepdims", 1));
        var root = _graph.Node("Sqrt", [_graph.Node("Add", [mean, _graph.Constant([(float)_c.NormEpsilon])])]);
        return _graph.Node("Mul", [_graph.Node("Div", [x, root]), Weight(weight)]);
    }

    private string Linear(string x, string weight)
    {
        using var transposed = _weights[weight].t().contiguous(); // [I, O]
        return _graph.Node("MatMul", [x, Values(transposed)]);
    }

    private string Bias(string ids, string mask, int longest)
    {
        // The biases of the longest text begin with those of every shorter one.
        using var scope = NewDisposeScope();
        using var table = new RelativePositionBias(_c, Initializer.Unset);
        table
            .state_dict()["weight"]
            .copy_(_weights["encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight"]);
        var all = Values(table.For(longest)); // [1, heads, longest, longest]
        var length = _graph.Node("Gather", [_graph.Node("Shape", [ids]), _graph.Constant([1L], 1)]); // [1]
        var ends = _graph.Node("Concat", [length, length], ("axis", 0)); // [2]
        var position = _graph.Node("Slice", [all, _graph.Constant([0L, 0L], 2), ends, _graph.Constant([2L, 3L], 2)]); // [1, heads, S, S]
        var hidden = _graph.Node("Mul", [_graph.Node("Sub", [_graph.Constant([1f]), mask]), _graph.Constant([-1e9f])]); // [B, S]
        return _graph.Node("Add", [position, _graph.Node("Unsqueeze", [hidden, _graph.Constant([1L, 2L], 2)])]);
    }

    private string Pool(string x, string mask)
    {
        var weights = _graph.Node("Unsqueeze", [mask, _graph.Constant([2L], 1)]); // [B, S, 1]
        var axis = _graph.Constant([1L], 1);
        var sum = _graph.Node("ReduceSum", [_graph.Node("Mul", [x, weights]), axis], ("keepdims", 0)); // [B, H]
        var count = _graph.Node("ReduceSum", [weights, axis], ("keepdims", 0)); // [B, 1]
        var mean = _graph.Node("Div", [sum, count]);
        var projected = _c.ProjectionSize is null ? mean : Linear(mean, "linear.weight"); // [B, E]
        var norm = _graph.Node("ReduceL2", [projected], ("axes", new long[] { 1 }), ("keepdims", 1));
        return _graph.Node("Div", [projected, norm]);
    }

    private string Weight(string name) => Values(_weights[name]);

    private string Values(Tensor weight)
    {
        using var plain = weight.detach().contiguous();
        return _graph.Constant(plain.data<float>().ToArray(), plain.shape);
    }
}
