using System.Numerics.Tensors;

namespace Microsoft.ML.LlamaVae.Evaluation;

/// <summary>Similarity and distance of two vectors.</summary>
public static class VectorMeasure
{
    /// <summary>a·b / (‖a‖ ‖b‖), summed in double precision.</summary>
    /// <param name="a">[D].</param>
    /// <param name="b">[D].</param>
    /// <returns>−1 to 1; NaN where a vector is all zeros.</returns>
    /// <exception cref="ArgumentException">The vectors differ in length or are empty.</exception>
    public static double Cosine(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        Expect.SameCount(a.Length, b.Length, nameof(a), nameof(b));
        if (a.IsEmpty)
        {
            throw new ArgumentException("The vectors are empty; expected at least one value.", nameof(a));
        }

        var (dot, normA, normB) = (0.0, 0.0, 0.0);
        for (var d = 0; d < a.Length; d++)
        {
            dot += (double)a[d] * b[d];
            normA += (double)a[d] * a[d];
            normB += (double)b[d] * b[d];
        }

        return Math.Clamp(dot / (Math.Sqrt(normA) * Math.Sqrt(normB)), -1, 1);
    }

    /// <summary>The distance of the kind asked for.</summary>
    /// <param name="a">[D].</param>
    /// <param name="b">[D].</param>
    /// <param name="distance">Euclidean or cosine.</param>
    /// <returns>0 or more.</returns>
    /// <exception cref="ArgumentException">The vectors differ in length or are empty.</exception>
    public static double Distance(ReadOnlySpan<float> a, ReadOnlySpan<float> b, VectorDistance distance) =>
        distance switch
        {
            VectorDistance.Euclidean => TensorPrimitives.Distance(a, b),
            VectorDistance.Cosine => 1 - Cosine(a, b),
            _ => throw new ArgumentOutOfRangeException(nameof(distance), distance, "Expected Euclidean or Cosine."),
        };
}
