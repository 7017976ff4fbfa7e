using System.Numerics.Tensors;

namespace Microsoft.ML.LlamaVae.Evaluation;

/// <summary>Word mover's distance (Kusner et al. 2015), exact.</summary>
/// <remarks>
/// WMD(a, b) = min over T ≥ 0 of Σ_ij T_ij ‖v_i − v_j‖₂, where row i of T sums to the share of word i in a and column j to
/// the share of word j in b: the cheapest way to move one text's words onto the other's. A metric on the bags of known
/// words. Word vectors are scaled to length 1 unless asked otherwise (what gensim's wmdistance does), so it lies
/// between 0 and 2.
/// </remarks>
public sealed class WordMoverDistance
{
    private readonly WordVectors vectors;
    private readonly IReadOnlySet<string> stopWords;
    private readonly bool unitLength;

    /// <summary>Measures with these word vectors.</summary>
    /// <param name="vectors">Words without a vector are left out.</param>
    /// <param name="stopWords">Words in lower case to leave out; none by default.</param>
    /// <param name="unitLength">Scale each word vector to length 1 before distances are taken.</param>
    public WordMoverDistance(WordVectors vectors, IReadOnlySet<string>? stopWords = null, bool unitLength = true)
    {
        ArgumentNullException.ThrowIfNull(vectors);
        this.vectors = vectors;
        this.stopWords = stopWords ?? new HashSet<string>(StringComparer.Ordinal);
        this.unitLength = unitLength;
    }

    /// <summary>The distance between two texts.</summary>
    /// <param name="first">Any text.</param>
    /// <param name="second">The other text.</param>
    /// <returns>0 or more; 0 where neither text has a known word, +∞ where only one of them has none.</returns>
    public double Between(string first, string second)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        var a = Bag(first);
        var b = Bag(second);
        if (a.Length == 0 || b.Length == 0)
        {
            return a.Length == b.Length ? 0 : double.PositiveInfinity;
        }

        var cost = a.Select(x => b.Select(y => (double)TensorPrimitives.Distance<float>(x.Vector, y.Vector)).ToArray());
        return Transport.Cost([.. a.Select(x => x.Count)], [.. b.Select(y => y.Count)], [.. cost]);
    }

    private (int Count, float[] Vector)[] Bag(string text) =>
        [
            .. vectors
                .Known(text)
                .Where(word => !stopWords.Contains(word))
                .CountBy(word => word, StringComparer.Ordinal)
                .Select(pair => (pair.Value, Vector(pair.Key))),
        ];

    private float[] Vector(string word)
    {
        var vector = vectors.Of(word).ToArray();
        var norm = TensorPrimitives.Norm<float>(vector);
        if (unitLength && norm > 0)
        {
            TensorPrimitives.Divide(vector, norm, vector);
        }

        return vector;
    }
}
