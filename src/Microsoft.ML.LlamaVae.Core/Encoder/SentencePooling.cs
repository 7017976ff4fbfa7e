using TorchSharp;
using static Microsoft.ML.LlamaVae.Layers.Numbers;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Encoder;

/// <summary>Mean over the real tokens.</summary>
internal static class SentencePooling
{
    /// <summary>[B, S, H] and mask [B, S] → [B, H]; the caller owns it.</summary>
    public static Tensor Mean(Tensor hidden, Tensor mask)
    {
        using var scope = NewDisposeScope();
        // Zero, not multiply: a padded row may hold anything.
        var padding = mask.logical_not().unsqueeze(-1); // [B, S, 1]
        var sum = hidden.masked_fill(padding, Number(0)).sum(1); // [B, H]
        return (sum / mask.sum(1, keepdim: true).to(hidden.dtype)).MoveToOuterDisposeScope();
    }
}
