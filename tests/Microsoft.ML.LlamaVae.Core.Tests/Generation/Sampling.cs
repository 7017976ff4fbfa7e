using Microsoft.ML.LlamaVae.Generation;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Tests.Generation;

/// <summary>Penalty and choice in one go.</summary>
internal static class Sampling
{
    /// <param name="logits">[B, V].</param>
    /// <param name="said">[B, t], or null for nothing.</param>
    /// <param name="options">How to choose.</param>
    /// <param name="uniforms">A number for each row; none where greedy.</param>
    public static Tensor Choose(Tensor logits, Tensor? said, GenerationOptions options, params double[] uniforms)
    {
        using var tokens = new SaidTokens((int)logits.size(0), 32, options.RepetitionPenalty, CPU);
        for (var t = 0; t < said?.size(1); t++)
        {
            tokens.Add(said.narrow(1, t, 1), [.. Enumerable.Repeat(t == 0, (int)logits.size(0))]);
        }

        var draws = uniforms.Length == 0 ? null : tensor(uniforms);
        return TokenSampler.Choose(tokens.Penalise(logits.to(float32)), options, draws);
    }
}
