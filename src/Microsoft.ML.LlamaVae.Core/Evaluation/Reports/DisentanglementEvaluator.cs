namespace Microsoft.ML.LlamaVae.Evaluation;

/// <summary>Measures disentanglement where the generative factors of the texts are known.</summary>
public static class DisentanglementEvaluator
{
    /// <summary>Takes all four scores of the same latents, each with its default settings but for the seed.</summary>
    /// <param name="latents">Mean latents [N][D].</param>
    /// <param name="factors">The value of each factor, as 0, 1, … [N][F].</param>
    /// <param name="seed">Seeds the draws of z-diff and z-min-var, and chooses the test rows of DCI.</param>
    /// <exception cref="ArgumentException">The tables are empty, not rectangular, or differ in the number of rows.</exception>
    public static DisentanglementReport Evaluate(
        IReadOnlyList<float[]> latents,
        IReadOnlyList<int[]> factors,
        int seed = 1
    )
    {
        var sampling = new FactorSamplingOptions { Seed = seed };
        return new DisentanglementReport(
            ZDiff.Measure(latents, factors, sampling),
            ZMinVar.Measure(latents, factors, sampling),
            MutualInformationGap.Measure(latents, factors),
            Dci.Measure(latents, factors, new DciOptions { Seed = seed }),
            factors[0].Length
        );
    }
}
