namespace Microsoft.ML.LlamaVae.Evaluation;

/// <summary>BLEU-4 (Papineni et al. 2002), with the numbers that sacrebleu gives.</summary>
/// <remarks>
/// BLEU = BP · exp(¼ Σ_n log p_n), 0 to 100; p_n is the share of the candidates' n-grams found in a reference, each
/// n-gram counted at most as often as in the reference that has most of it. The length in the brevity penalty is that of
/// the reference closest to the candidate, the shorter of two equally close ones. Texts are tokenised with "13a"
/// (mteval-v13a); case counts. An empty candidate has no match and counts in the length.
/// </remarks>
public static class Bleu
{
    /// <summary>Corpus BLEU with one reference per candidate and sacrebleu's default smoothing.</summary>
    /// <param name="candidates">The texts to judge.</param>
    /// <param name="references">For each candidate its reference.</param>
    /// <returns>A score of 0 where no single token matches.</returns>
    /// <exception cref="ArgumentException">The numbers of rows differ.</exception>
    public static BleuScore Corpus(IReadOnlyList<string> candidates, IReadOnlyList<string> references)
    {
        ArgumentNullException.ThrowIfNull(references);
        return Corpus(candidates, [.. references.Select(IReadOnlyList<string> (reference) => [reference])]);
    }

    /// <summary>Corpus BLEU: counts are summed over all candidates before the precisions are taken.</summary>
    /// <param name="candidates">The texts to judge.</param>
    /// <param name="references">For each candidate its references, one or more.</param>
    /// <param name="smoothing">What an n-gram order without a match counts; sacrebleu's default.</param>
    /// <returns>A score of 0 where no single token matches.</returns>
    /// <exception cref="ArgumentException">The numbers of rows differ, or a candidate has no reference.</exception>
    public static BleuScore Corpus(
        IReadOnlyList<string> candidates,
        IReadOnlyList<IReadOnlyList<string>> references,
        BleuSmoothing smoothing = BleuSmoothing.Exponential
    )
    {
        ArgumentNullException.ThrowIfNull(candidates);
        ArgumentNullException.ThrowIfNull(references);
        Expect.SameCount(candidates.Count, references.Count, nameof(candidates), nameof(references));
        var statistics = new BleuStatistics();
        for (var i = 0; i < candidates.Count; i++)
        {
            Add(statistics, candidates[i], references[i]);
        }

        return statistics.Score(smoothing, effectiveOrder: false);
    }

    /// <summary>BLEU of one sentence; orders longer than the sentence are left out, as sacrebleu does for sentences.</summary>
    /// <param name="candidate">The text to judge.</param>
    /// <param name="references">One or more.</param>
    /// <param name="smoothing">What an n-gram order without a match counts; sacrebleu's default.</param>
    /// <exception cref="ArgumentException">There is no reference.</exception>
    public static BleuScore Sentence(
        string candidate,
        IReadOnlyList<string> references,
        BleuSmoothing smoothing = BleuSmoothing.Exponential
    )
    {
        ArgumentNullException.ThrowIfNull(candidate);
        ArgumentNullException.ThrowIfNull(references);
        var statistics = new BleuStatistics();
        Add(statistics, candidate, references);
        return statistics.Score(smoothing, effectiveOrder: true);
    }

    private static void Add(BleuStatistics statistics, string candidate, IReadOnlyList<string> references)
    {
        if (references.Count == 0)
        {
            throw new ArgumentException("A candidate has no reference; expected one or more.", nameof(references));
        }

        var counts = new NGramCounts(Mteval13aTokenizer.Tokenize(candidate));
        var referenceCounts = references.Select(r => new NGramCounts(Mteval13aTokenizer.Tokenize(r))).ToArray();
        var closest = referenceCounts
            .Select(r => r.Length)
            .OrderBy(length => Math.Abs(length - counts.Length))
            .ThenBy(length => length)
            .First();
        statistics.Add(counts, closest, (n, nGram) => referenceCounts.Max(r => r.OfOrder(n).GetValueOrDefault(nGram)));
    }
}
