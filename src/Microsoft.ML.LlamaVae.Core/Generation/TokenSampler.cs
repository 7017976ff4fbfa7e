using TorchSharp;
using static Microsoft.ML.LlamaVae.Layers.Numbers;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Generation;

/// <summary>Chooses the next token of each row.</summary>
/// <remarks>Letters: B rows, V vocabulary, K candidates in falling order of probability.</remarks>
internal static class TokenSampler
{
    /// <summary>The next token of each row.</summary>
    /// <param name="scores">Logits after the repetition penalty [B, V], float32.</param>
    /// <param name="options">The filters.</param>
    /// <param name="uniforms">[B], float64: a number in [0, 1) for each row; null where greedy.</param>
    /// <returns>[B], int64; the caller owns it.</returns>
    public static Tensor Choose(Tensor scores, GenerationOptions options, Tensor? uniforms)
    {
        using var scope = NewDisposeScope();
        if (options.Temperature == 0 || uniforms is null)
        {
            return scores.argmax(-1).MoveToOuterDisposeScope();
        }

        var (values, tokens) = Candidates(scores, options.TopK); // [B, K]
        // Below the best: the smallest temperature overflows to −∞, which softmax takes.
        var below = values.to(float64) - values.narrow(1, 0, 1); // [B, K]
        var cumulative = (below / Number(options.Temperature)).softmax(-1).cumsum(-1); // [B, K]
        var allowed = Nucleus(cumulative, options.TopP); // [B]: probability that may be drawn from
        var drawn = uniforms.mul(allowed).unsqueeze(1); // [B, 1]
        // Inverse CDF: the number of candidates whose cumulative probability is not above the draw.
        var place = cumulative.le(drawn).sum(1, keepdim: true).clamp(max: Number(cumulative.size(1) - 1)); // [B, 1]
        return tokens.gather(1, place).squeeze(1).MoveToOuterDisposeScope();
    }

    private static (Tensor Values, Tensor Tokens) Candidates(Tensor scores, int topK)
    {
        if (topK > 0 && topK < scores.size(1))
        {
            var (values, tokens) = scores.topk(topK, -1);
            return (values, tokens);
        }

        var (sorted, order) = scores.sort(-1, descending: true);
        return (sorted, order);
    }

    // The probability of the shortest run of candidates that reaches topP.
    private static Tensor Nucleus(Tensor cumulative, double topP)
    {
        var last = cumulative.lt(Number(topP)).sum(1, keepdim: true).clamp(max: Number(cumulative.size(1) - 1)); // [B, 1]
        return cumulative.gather(1, last).squeeze(1);
    }
}
