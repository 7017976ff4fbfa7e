namespace Microsoft.ML.LlamaVae.Evaluation;

/// <summary>How near texts are to their reconstructions, in a space of vectors, beside what unrelated texts have.</summary>
/// <param name="Mean">Mean cosine of a text and its own reconstruction, −1 to 1; pairs with a zero vector are left out.</param>
/// <param name="Shuffled">The same of a text and another text's reconstruction: what the space gives for nothing.</param>
public sealed record ReconstructionCosine(double Mean, double Shuffled)
{
    /// <param name="texts">[B][D].</param>
    /// <param name="reconstructions">[B][D].</param>
    /// <param name="seed">Chooses the other texts.</param>
    internal static ReconstructionCosine Of(float[][] texts, float[][] reconstructions, int seed)
    {
        var others = ReconstructionEvaluator.Others(texts.Length, seed);
        return new ReconstructionCosine(
            Average(texts.Zip(reconstructions)),
            Average(texts.Select((text, i) => (text, reconstructions[others[i]])))
        );
    }

    private static double Average(IEnumerable<(float[] A, float[] B)> pairs)
    {
        var cosines = pairs
            .Select(pair => VectorMeasure.Cosine(pair.A, pair.B))
            .Where(cosine => !double.IsNaN(cosine))
            .ToArray();
        return cosines.Sum() / cosines.Length;
    }
}
