using TorchSharp;
using static Microsoft.ML.LlamaVae.Layers.Numbers;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Generation;

/// <summary>Chooses the next token of each row.</summary>
/// <remarks>Letters: B rows, V vocabulary, K candidates in falling order of probability.</remarks>
internal static class TokenSampler
{
    private const int Few = 512;

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

        var (probabilities, tokens) = Candidates(scores, options); // [B, K]
        var cumulative = probabilities.cumsum(-1); // [B, K]
        var allowed = Nucleus(cumulative, options.TopP); // [B]: probability that may be drawn from
        var drawn = uniforms.mul(allowed).unsqueeze(1); // [B, 1]
        // Inverse CDF: the number of candidates whose cumulative probability is not above the draw.
        var place = cumulative.le(drawn).sum(1, keepdim: true).clamp(max: Number(cumulative.size(1) - 1)); // [B, 1]
        var chosen = tokens is null ? place : tokens.gather(1, place); // [B, 1]
        return chosen.squeeze(1).MoveToOuterDisposeScope();
    }

    // Those that may be drawn and perhaps others; in falling order of probability where the filters need one, else all tokens.
    private static (Tensor Probabilities, Tensor? Tokens) Candidates(Tensor scores, GenerationOptions options)
    {
        if (options.TopK > 0 && options.TopK < scores.size(1))
        {
            var (values, tokens) = scores.topk(options.TopK, -1); // [B, K]
            return (Softmax(values, options.Temperature), tokens);
        }

        var all = Softmax(scores, options.Temperature); // [B, V]
        return options.TopP == 1 ? (all, null) : Likeliest(all, options.TopP);
    }

    // Below the best: the smallest temperature overflows to −∞, which softmax takes.
    private static Tensor Softmax(Tensor scores, double temperature) =>
        ((scores.to(float64) - scores.amax([1], keepdim: true)) / Number(temperature)).softmax(-1);

    // A few tokens mostly have topP between them; only where they haven't are all of them sorted. A GPU sorts fast, and to look at
    // the sum the host would have to wait for it.
    private static (Tensor Probabilities, Tensor Tokens) Likeliest(Tensor probabilities, double topP)
    {
        if (probabilities.device_type == DeviceType.CPU && probabilities.size(1) > 2 * Few)
        {
            var (likeliest, few) = probabilities.topk(Few, -1); // [B, K]
            if (likeliest.sum(1).min().item<double>() >= topP)
            {
                return (likeliest, few);
            }
        }

        var (sorted, order) = probabilities.sort(-1, descending: true);
        return (sorted, order);
    }

    // The probability of the shortest run of candidates that reaches topP.
    private static Tensor Nucleus(Tensor cumulative, double topP)
    {
        var last = cumulative.lt(Number(topP)).sum(1, keepdim: true).clamp(max: Number(cumulative.size(1) - 1)); // [B, 1]
        return cumulative.gather(1, last).squeeze(1);
    }
}
