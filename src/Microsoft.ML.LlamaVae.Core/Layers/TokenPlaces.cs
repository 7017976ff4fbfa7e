using TorchSharp;
using static Microsoft.ML.LlamaVae.Layers.Numbers;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Layers;

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
    private readonly Tensor? _sources = Real is null || is_grad_enabled() ? null : Sources(Real, Batch * Length);

    /// <summary>The places of the real tokens; all places on a GPU, where the host would have to wait to learn how many they are.</summary>
    /// <param name="mask">[B, T], bool, true at real tokens.</param>
    /// <returns>Belongs to the scope.</returns>
    public static TokenPlaces Of(Tensor mask)
    {
        var (batch, length) = (mask.size(0), mask.size(1));
        if (mask.device_type != DeviceType.CPU)
        {
            return new TokenPlaces(batch, length);
        }

        var real = mask.reshape(-1).nonzero().reshape(-1); // [N]
        return new TokenPlaces(batch, length, real.size(0) == batch * length ? null : real);
    }

    /// <summary>[N, ...] → [B, T, ...]; finite numbers without meaning in the padding. The caller owns it.</summary>
    public Tensor Spread(Tensor tokens)
    {
        var padded = (long[])[Batch, Length, .. tokens.shape[1..]];
        if (Real is null)
        {
            return tokens.view(padded);
        }

        using var scope = NewDisposeScope();
        var flat = _sources is null
            ? zeros([Batch * Length, .. tokens.shape[1..]], tokens.dtype, tokens.device).index_copy_(0, Real, tokens)
            : tokens.index_select(0, _sources);
        return flat.view(padded).MoveToOuterDisposeScope();
    }

    /// <summary>[B, T, ...] → [N, ...]; the caller owns it.</summary>
    public Tensor Gather(Tensor padded)
    {
        using var scope = NewDisposeScope();
        var flat = padded.reshape([Batch * Length, .. padded.shape[2..]]); // [B·T, ...]
        return (Real is null ? flat.alias() : flat.index_select(0, Real)).MoveToOuterDisposeScope();
    }

    // [B·T]: the token at each place, the last one before it in the padding. Rows are copied whole this way, but its gradient would add them up.
    private static Tensor Sources(Tensor real, long places)
    {
        using var scope = NewDisposeScope();
        var isReal = zeros(places, int64, real.device).index_fill_(0, real, Number(1)); // [B·T]
        return (isReal.cumsum(0) - Number(1)).clamp_(min: Number(0)).MoveToOuterDisposeScope();
    }
}
