using Microsoft.ML.LlamaVae.Layers;
using TorchSharp;
using TorchSharp.Utils;
using static Microsoft.ML.LlamaVae.Layers.Numbers;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Encoder;

/// <summary>x + attention(norm(x)).</summary>
internal sealed class T5AttentionLayer : nn.Module
{
    [ComponentName(Name = "SelfAttention")]
    private readonly T5Attention _attention;

    [ComponentName(Name = "layer_norm")]
    private readonly RmsNorm _norm;

    public T5AttentionLayer(SentenceT5Configuration c, bool hasPositionBias, Initializer init)
        : base(nameof(T5AttentionLayer))
    {
        _attention = new T5Attention(c, hasPositionBias, init);
        _norm = new RmsNorm(c.HiddenSize, c.NormEpsilon);
        RegisterComponents();
    }

    /// <inheritdoc cref="T5Attention.PositionBias"/>
    public Tensor? PositionBias(int length) => _attention.PositionBias(length);

    /// <inheritdoc cref="T5Attention.Forward"/>
    public Tensor Forward(Tensor x, TokenPlaces places, Tensor bias)
    {
        using var scope = NewDisposeScope();
        // In place: the product that made it doesn't need it for its gradient.
        return _attention.Forward(_norm.call(x), places, bias).add_(x, Number(1)).MoveToOuterDisposeScope();
    }
}
