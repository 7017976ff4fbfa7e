using Microsoft.ML.LlamaVae.Layers;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Encoder;

/// <summary>One layer of the T5 encoder: attention, then feed-forward.</summary>
internal sealed class T5Block : nn.Module
{
    private readonly T5AttentionLayer _attention;
    private readonly T5FeedForwardLayer _feedForward;

    [ComponentName(Name = "layer")]
    private readonly ModuleList<nn.Module> _layers;

    public T5Block(SentenceT5Configuration c, bool hasPositionBias, Initializer init)
        : base(nameof(T5Block))
    {
        var attention = new T5AttentionLayer(c, hasPositionBias, init);
        var feedForward = new T5FeedForwardLayer(c, init);
        _layers = new ModuleList<nn.Module>(attention, feedForward);
        RegisterComponents();
        (_attention, _feedForward) = (attention, feedForward);
    }

    /// <inheritdoc cref="T5Attention.PositionBias"/>
    public Tensor? PositionBias(int length) => _attention.PositionBias(length);

    /// <inheritdoc cref="T5Attention.Forward"/>
    public Tensor Forward(Tensor x, TokenPlaces places, Tensor bias)
    {
        using var scope = NewDisposeScope();
        return _feedForward.call(_attention.Forward(x, places, bias)).MoveToOuterDisposeScope();
    }
}
