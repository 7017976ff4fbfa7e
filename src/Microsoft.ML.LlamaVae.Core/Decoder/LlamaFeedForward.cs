using Microsoft.ML.LlamaVae.Layers;
using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;
using Linear = Microsoft.ML.LlamaVae.Layers.Linear;

namespace Microsoft.ML.LlamaVae.Decoder;

/// <summary>SwiGLU: down(silu(gate(x)) ⊙ up(x)).</summary>
internal sealed class LlamaFeedForward : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "gate_proj")]
    private readonly Linear _gate;

    [ComponentName(Name = "up_proj")]
    private readonly Linear _up;

    [ComponentName(Name = "down_proj")]
    private readonly Linear _down;

    public LlamaFeedForward(LlamaConfiguration c, Initializer init)
        : base(nameof(LlamaFeedForward))
    {
        _gate = new Linear(c.HiddenSize, c.FeedForwardSize, c.FeedForwardBias, init, packs: false);
        _up = new Linear(c.HiddenSize, c.FeedForwardSize, c.FeedForwardBias, init, packs: false);
        var std = 1 / Math.Sqrt(2.0 * c.Layers * c.FeedForwardSize);
        _down = new Linear(c.FeedForwardSize, c.HiddenSize, c.FeedForwardBias, init, std, packs: false);
        RegisterComponents();
    }

    public Linear Gate => _gate;

    public Linear Up => _up;

    public Linear Down => _down;

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var gated = nn.functional.silu(_gate.call(input)) * _up.call(input); // [B, T, F]
        return _down.call(gated).MoveToOuterDisposeScope(); // [B, T, H]
    }
}
