namespace Microsoft.ML.LlamaVae.Evaluation;

/// <summary>ROUGE-L (Lin 2004): overlap in order, by the longest common subsequence of words.</summary>
/// <remarks>
/// P = LCS/|candidate|, R = LCS/|reference|, F1 = 2PR/(P + R). Words are runs of letters and digits in lower case, no
/// stemming: for ASCII text the numbers of Google's rouge_score with use_stemmer=False. Of several references the one with
/// the highest F1 counts. An empty text on either side scores 0.
/// </remarks>
public static class RougeL
{
    /// <summary>ROUGE-L of one text.</summary>
    /// <param name="candidate">The text to judge.</param>
    /// <param name="references">One or more.</param>
    /// <exception cref="ArgumentException">There is no reference.</exception>
    public static RougeLScore Sentence(string candidate, IReadOnlyList<string> references)
    {
        ArgumentNullException.ThrowIfNull(candidate);
        ArgumentNullException.ThrowIfNull(references);
        if (references.Count == 0)
        {
            throw new ArgumentException("A candidate has no reference; expected one or more.", nameof(references));
        }

        var words = LowerCaseWords.Of(candidate);
        return references.Select(reference => Score(words, LowerCaseWords.Of(reference))).MaxBy(score => score.F1)!;
    }

    /// <summary>The mean over the candidates of precision, recall and F1, each.</summary>
    /// <param name="candidates">The texts to judge.</param>
    /// <param name="references">For each candidate its references, one or more.</param>
    /// <returns>NaN for no candidates.</returns>
    /// <exception cref="ArgumentException">The numbers of rows differ, or a candidate has no reference.</exception>
    public static RougeLScore Corpus(IReadOnlyList<string> candidates, IReadOnlyList<IReadOnlyList<string>> references)
    {
        ArgumentNullException.ThrowIfNull(candidates);
        ArgumentNullException.ThrowIfNull(references);
        Expect.SameCount(candidates.Count, references.Count, nameof(candidates), nameof(references));
        var scores = candidates.Zip(references, Sentence).ToArray();
        return new RougeLScore(
            scores.Sum(s => s.Precision) / scores.Length,
            scores.Sum(s => s.Recall) / scores.Length,
            scores.Sum(s => s.F1) / scores.Length
        );
    }

    private static RougeLScore Score(string[] candidate, string[] reference)
    {
        var common = LongestCommonSubsequence(candidate, reference);
        if (common == 0)
        {
            return new RougeLScore(0, 0, 0);
        }

        // F1 = 2PR/(P + R) = 2·LCS/(|candidate| + |reference|)
        return new RougeLScore(
            (double)common / candidate.Length,
            (double)common / reference.Length,
            2.0 * common / (candidate.Length + reference.Length)
        );
    }

    private static int LongestCommonSubsequence(string[] a, string[] b)
    {
        var row = new int[b.Length + 1]; // row[j]: of a[..i] and b[..j]
        foreach (var word in a)
        {
            var diagonal = 0;
            for (var j = 1; j <= b.Length; j++)
            {
                var above = row[j];
                row[j] = string.Equals(word, b[j - 1], StringComparison.Ordinal)
                    ? diagonal + 1
                    : Math.Max(above, row[j - 1]);
                diagonal = above;
            }
        }

        return row[b.Length];
    }
}
