using Microsoft.ML.LlamaVae.Layers;
using TorchSharp;
using TorchSharp.Utils;
using static Microsoft.ML.LlamaVae.Layers.Numbers;
using static TorchSharp.torch;
using Linear = Microsoft.ML.LlamaVae.Layers.Linear;

namespace Microsoft.ML.LlamaVae.Encoder;

/// <summary>wo(relu(wi(x))) in v1.0, wo(gelu(wi_0(x)) ⊙ wi_1(x)) in v1.1.</summary>
internal sealed class T5FeedForward : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "wi")]
    private readonly Linear? _plain;

    [ComponentName(Name = "wi_0")]
    private readonly Linear? _gate;

    [ComponentName(Name = "wi_1")]
    private readonly Linear? _up;

    [ComponentName(Name = "wo")]
    private readonly Linear _output;

    public T5FeedForward(SentenceT5Configuration c, Initializer init)
        : base(nameof(T5FeedForward))
    {
        if (c.IsGated)
        {
            _gate = new Linear(c.HiddenSize, c.FeedForwardSize, bias: false, init);
            _up = new Linear(c.HiddenSize, c.FeedForwardSize, bias: false, init);
        }
        else
        {
            _plain = new Linear(c.HiddenSize, c.FeedForwardSize, bias: false, init);
        }

        _output = new Linear(c.FeedForwardSize, c.HiddenSize, bias: false, init);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var inner = _plain is null
            ? TanhGelu(_gate!.call(input)) * _up!.call(input) // [N, F]
            : _plain.call(input).relu_(); // [N, F]
        return _output.call(inner).MoveToOuterDisposeScope();
    }

    // T5's "gelu_new": ½ x (1 + tanh(√(2/π) (x + 0.044715 x³)))
    private static Tensor TanhGelu(Tensor x) =>
        Number(0.5)
        * x
        * (Number(Math.Sqrt(2 / Math.PI)) * x.Plus(Number(0.044715) * x.pow(Number(3)))).tanh().Plus(Number(1));
}
