namespace Microsoft.ML.LlamaVae.Evaluation;

/// <summary>Measures disentanglement where the generative factors of the texts are known.</summary>
public static class DisentanglementEvaluator
{
    /// <summary>Takes all four scores of the same latents, each with its default settings.</summary>
    /// <param name="latents">Mean latents [N][D].</param>
    /// <param name="factors">The value of each factor, as 0, 1, … [N][F].</param>
    /// <exception cref="ArgumentException">The tables are empty, not rectangular, or differ in the number of rows.</exception>
    public static DisentanglementReport Evaluate(IReadOnlyList<float[]> latents, IReadOnlyList<int[]> factors) =>
        new(
            ZDiff.Measure(latents, factors),
            ZMinVar.Measure(latents, factors),
            MutualInformationGap.Measure(latents, factors),
            Dci.Measure(latents, factors),
            factors[0].Length
        );
}
