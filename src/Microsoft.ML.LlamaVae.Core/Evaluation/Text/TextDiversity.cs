namespace Microsoft.ML.LlamaVae.Evaluation;

/// <summary>How varied a set of generated texts is.</summary>
public static class TextDiversity
{
    /// <summary>distinct-n (Li et al. 2016): different n-grams over all n-grams of the texts together.</summary>
    /// <param name="texts">Tokenised as for BLEU ("13a", case counts).</param>
    /// <param name="order">n, 1 or more.</param>
    /// <returns>Above 0, at most 1; NaN where no text has n tokens. It falls with the number of texts: compare equal numbers.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The order is below 1.</exception>
    public static double DistinctNGrams(IReadOnlyList<string> texts, int order)
    {
        ArgumentNullException.ThrowIfNull(texts);
        Expect.AtLeast(1, order, nameof(order));
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var total = 0;
        foreach (var counts in texts.Select(text => NGramCounts.Count(Mteval13aTokenizer.Tokenize(text), order)))
        {
            seen.UnionWith(counts.Keys);
            total += counts.Values.Sum();
        }

        return (double)seen.Count / total;
    }

    /// <summary>Different texts over all texts; two texts are the same when all their characters are.</summary>
    /// <param name="texts">Samples of the model.</param>
    /// <returns>Above 0, at most 1; NaN for no texts.</returns>
    public static double DistinctTexts(IReadOnlyList<string> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        return (double)texts.Distinct(StringComparer.Ordinal).Count() / texts.Count;
    }
}
