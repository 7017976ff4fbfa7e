using Microsoft.ML.LlamaVae.Layers;
using TorchSharp;
using TorchSharp.Utils;
using static Microsoft.ML.LlamaVae.Layers.Numbers;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Decoder;

/// <summary>One layer: x + attention(norm(x)), then x + feedForward(norm(x)).</summary>
internal sealed class Gpt2Block : nn.Module
{
    [ComponentName(Name = "ln_1")]
    private readonly LayerNorm _attentionNorm;

    [ComponentName(Name = "attn")]
    private readonly Gpt2Attention _attention;

    [ComponentName(Name = "ln_2")]
    private readonly LayerNorm _feedForwardNorm;

    [ComponentName(Name = "mlp")]
    private readonly Gpt2FeedForward _feedForward;

    public Gpt2Block(Gpt2Configuration c, Initializer init)
        : base(nameof(Gpt2Block))
    {
        _attentionNorm = new LayerNorm(c.HiddenSize, c.NormEpsilon);
        _attention = new Gpt2Attention(c, init);
        _feedForwardNorm = new LayerNorm(c.HiddenSize, c.NormEpsilon);
        _feedForward = new Gpt2FeedForward(c, init);
        RegisterComponents();
    }

    /// <inheritdoc cref="Gpt2Attention.Forward"/>
    public Tensor Forward(Tensor x, LayerMemory? memory, Tensor mask)
    {
        using var scope = NewDisposeScope();
        var seen = x.Plus(_attention.Forward(_attentionNorm.call(x), memory, mask)); // [B, T, H]
        return seen.Plus(_feedForward.call(_feedForwardNorm.call(seen))).MoveToOuterDisposeScope();
    }

    /// <inheritdoc cref="Gpt2Attention.Advance"/>
    public Tensor Advance(Tensor x, KeyValueCache cache, int layer, Tensor? mask)
    {
        using var scope = NewDisposeScope();
        var seen = x.Plus(_attention.Advance(_attentionNorm.call(x), cache, layer, mask)); // [B, T, H]
        return seen.Plus(_feedForward.call(_feedForwardNorm.call(seen))).MoveToOuterDisposeScope();
    }
}
