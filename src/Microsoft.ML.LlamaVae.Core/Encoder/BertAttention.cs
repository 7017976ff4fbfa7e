using Microsoft.ML.LlamaVae.Layers;
using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Encoder;

/// <summary>norm(x + W attention(x) + b).</summary>
internal sealed class BertAttention : nn.Module
{
    [ComponentName(Name = "self")]
    private readonly BertSelfAttention _attention;

    [ComponentName(Name = "output")]
    private readonly BertResidual _output;

    public BertAttention(BertConfiguration c, Initializer init)
        : base(nameof(BertAttention))
    {
        _attention = new BertSelfAttention(c, init);
        _output = new BertResidual(c.HiddenSize, c, init);
        RegisterComponents();
    }

    /// <inheritdoc cref="BertSelfAttention.Forward"/>
    public Tensor Forward(Tensor x, TokenPlaces places, Tensor visible)
    {
        using var scope = NewDisposeScope();
        return _output.Forward(x, _attention.Forward(x, places, visible)).MoveToOuterDisposeScope();
    }
}
