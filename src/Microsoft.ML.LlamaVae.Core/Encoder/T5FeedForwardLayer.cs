using Microsoft.ML.LlamaVae.Layers;
using TorchSharp;
using TorchSharp.Utils;
using static Microsoft.ML.LlamaVae.Layers.Numbers;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Encoder;

/// <summary>x + feedForward(norm(x)).</summary>
internal sealed class T5FeedForwardLayer : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "DenseReluDense")]
    private readonly T5FeedForward _feedForward;

    [ComponentName(Name = "layer_norm")]
    private readonly RmsNorm _norm;

    public T5FeedForwardLayer(SentenceT5Configuration c, Initializer init)
        : base(nameof(T5FeedForwardLayer))
    {
        _feedForward = new T5FeedForward(c, init);
        _norm = new RmsNorm(c.HiddenSize, c.NormEpsilon);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        // In place: the product that made it doesn't need it for its gradient.
        return _feedForward.call(_norm.call(input)).add_(input, Number(1)).MoveToOuterDisposeScope();
    }
}
