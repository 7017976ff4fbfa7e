using Microsoft.ML.LlamaVae.Layers;
using TorchSharp;
using TorchSharp.Utils;
using static Microsoft.ML.LlamaVae.Layers.Numbers;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Decoder;

/// <summary>One layer: x + attention(norm(x)), then x + feedForward(norm(x)).</summary>
internal sealed class LlamaBlock : nn.Module
{
    [ComponentName(Name = "input_layernorm")]
    private readonly RmsNorm _attentionNorm;

    [ComponentName(Name = "self_attn")]
    private readonly LlamaAttention _attention;

    [ComponentName(Name = "post_attention_layernorm")]
    private readonly RmsNorm _feedForwardNorm;

    [ComponentName(Name = "mlp")]
    private readonly LlamaFeedForward _feedForward;

    public LlamaBlock(LlamaConfiguration configuration, Initializer init)
        : base(nameof(LlamaBlock))
    {
        _attentionNorm = new RmsNorm(configuration.HiddenSize, configuration.NormEpsilon);
        _attention = new LlamaAttention(configuration, init);
        _feedForwardNorm = new RmsNorm(configuration.HiddenSize, configuration.NormEpsilon);
        _feedForward = new LlamaFeedForward(configuration, init);
        RegisterComponents();
    }

    public RmsNorm AttentionNorm => _attentionNorm;

    public LlamaAttention Attention => _attention;

    public RmsNorm FeedForwardNorm => _feedForwardNorm;

    public LlamaFeedForward FeedForward => _feedForward;

    /// <inheritdoc cref="LlamaAttention.Forward"/>
    public Tensor Forward(Tensor x, TokenPlaces places, Rotation rotation, LayerMemory? memory, Tensor mask)
    {
        using var scope = NewDisposeScope();
        var seen = x.Plus(_attention.Forward(_attentionNorm.call(x), places, rotation, memory, mask)); // [N, H]
        return seen.Plus(_feedForward.call(_feedForwardNorm.call(seen))).MoveToOuterDisposeScope();
    }

    /// <inheritdoc cref="LlamaAttention.Advance"/>
    public Tensor Advance(Tensor x, TokenPlaces places, Rotation rotation, KeyValueCache cache, int layer, Tensor? mask)
    {
        using var scope = NewDisposeScope();
        var seen = x.Plus(_attention.Advance(_attentionNorm.call(x), places, rotation, cache, layer, mask)); // [N, H]
        return seen.Plus(_feedForward.call(_feedForwardNorm.call(seen))).MoveToOuterDisposeScope();
    }
}
