using System.Numerics.Tensors;

namespace Microsoft.ML.LlamaVae.Evaluation;

/// <summary>Word vectors such as GloVe, and the mean-word-vector baseline of semantic similarity.</summary>
/// <remarks>A text's words are its runs of letters and digits in lower case; words without a vector are left out.</remarks>
public sealed class WordVectors
{
    private readonly IReadOnlyDictionary<string, float[]> vectors;

    /// <summary>Keeps the dictionary, without a copy.</summary>
    /// <param name="vectors">Word in lower case → vector [C].</param>
    /// <exception cref="ArgumentException">There is no word, or the vectors differ in length.</exception>
    public WordVectors(IReadOnlyDictionary<string, float[]> vectors)
    {
        ArgumentNullException.ThrowIfNull(vectors);
        if (vectors.Count == 0)
        {
            throw new ArgumentException("vectors holds no word; expected at least one.", nameof(vectors));
        }

        this.vectors = vectors;
        Size = vectors.First().Value.Length;
        foreach (var (word, vector) in vectors)
        {
            if (vector.Length != Size)
            {
                throw new ArgumentException(
                    $"The vector of '{word}' has {vector.Length} values; the first has {Size}. Load vectors of one size.",
                    nameof(vectors)
                );
            }
        }
    }

    /// <summary>C: the number of values of a vector.</summary>
    public int Size { get; }

    /// <summary>The mean of the vectors of a text's words, repetitions included.</summary>
    /// <param name="text">Any text.</param>
    /// <returns>[C]; all zeros where no word has a vector.</returns>
    public float[] Mean(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var known = Known(text);
        var mean = new float[Size];
        foreach (var vector in known.Select(word => vectors[word]))
        {
            TensorPrimitives.MultiplyAdd(vector, 1f / known.Count, mean, mean);
        }

        return mean;
    }

    /// <summary>The cosine of the mean word vectors of two texts.</summary>
    /// <param name="first">Any text.</param>
    /// <param name="second">The other text.</param>
    /// <returns>−1 to 1; NaN where a text has no word with a vector.</returns>
    public double MeanCosine(string first, string second) => VectorMeasure.Cosine(Mean(first), Mean(second));

    /// <summary>The words of a text that have a vector, in order.</summary>
    internal IReadOnlyList<string> Known(string text) => [.. LowerCaseWords.Of(text).Where(vectors.ContainsKey)];

    /// <summary>The vector of a word that has one.</summary>
    internal ReadOnlySpan<float> Of(string word) => vectors[word];
}
