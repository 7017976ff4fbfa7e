namespace Microsoft.ML.LlamaVae.Evaluation;

/// <summary>The word-overlap baseline of semantic similarity.</summary>
public static class WordOverlap
{
    /// <summary>The Jaccard index of the two sets of words, |A ∩ B| / |A ∪ B|.</summary>
    /// <param name="first">Words are runs of letters and digits in lower case.</param>
    /// <param name="second">The other text.</param>
    /// <returns>0 to 1; 1 where neither text has a word, as scipy has it.</returns>
    public static double Jaccard(string first, string second)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        var union = LowerCaseWords.Of(first).ToHashSet(StringComparer.Ordinal);
        var words = LowerCaseWords.Of(second).ToHashSet(StringComparer.Ordinal);
        var common = words.Count(union.Contains);
        union.UnionWith(words);
        return union.Count == 0 ? 1 : (double)common / union.Count;
    }
}
