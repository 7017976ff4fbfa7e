using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Decoder;

/// <summary>
/// Where the tokens of a batch are in its texts. What is done token by token is done on the real tokens alone; only attention
/// sees the padded batch.
/// </summary>
/// <remarks>Letters: B texts, T tokens of the longest, N real tokens of all of them.</remarks>
/// <param name="Batch">B.</param>
/// <param name="Length">T.</param>
/// <param name="Real">[N]: places in the flattened [B·T]; null where all are real.</param>
internal sealed record TokenPlaces(long Batch, long Length, Tensor? Real = null)
{
    /// <summary>[N, ...] → [B, T, ...], zeros in the padding; the caller owns it.</summary>
    public Tensor Spread(Tensor tokens)
    {
        var padded = (long[])[Batch, Length, .. tokens.shape[1..]];
        if (Real is null)
        {
            return tokens.view(padded);
        }

        using var scope = NewDisposeScope();
        return zeros([Batch * Length, .. tokens.shape[1..]], tokens.dtype, tokens.device)
            .index_copy_(0, Real, tokens)
            .view(padded)
            .MoveToOuterDisposeScope();
    }

    /// <summary>[B, T, ...] → [N, ...]; the caller owns it.</summary>
    public Tensor Gather(Tensor padded)
    {
        using var scope = NewDisposeScope();
        var flat = padded.reshape([Batch * Length, .. padded.shape[2..]]); // [B·T, ...]
        return (Real is null ? flat.alias() : flat.index_select(0, Real)).MoveToOuterDisposeScope();
    }
}
