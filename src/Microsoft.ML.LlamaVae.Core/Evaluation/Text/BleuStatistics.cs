namespace Microsoft.ML.LlamaVae.Evaluation;

/// <summary>The counts that BLEU is computed from, summed over segments.</summary>
internal sealed class BleuStatistics
{
    private readonly int[] matches = new int[NGramCounts.MaxOrder];
    private readonly int[] totals = new int[NGramCounts.MaxOrder];
    private int candidateLength;
    private int referenceLength;

    /// <summary>Adds one candidate; a match is clipped at what <paramref name="highestCount"/> says of the references.</summary>
    public void Add(NGramCounts candidate, int closestReferenceLength, Func<int, string, int> highestCount)
    {
        candidateLength += candidate.Length;
        referenceLength += closestReferenceLength;
        for (var order = 1; order <= NGramCounts.MaxOrder; order++)
        {
            totals[order - 1] += candidate.Total(order);
            foreach (var (nGram, count) in candidate.OfOrder(order))
            {
                matches[order - 1] += Math.Min(count, highestCount(order, nGram));
            }
        }
    }

    /// <summary>BLEU = BP · exp(mean over n of log p_n).</summary>
    /// <param name="smoothing">What an order without a match counts.</param>
    /// <param name="effectiveOrder">Leave out the orders for which the candidates are too short.</param>
    public BleuScore Score(BleuSmoothing smoothing, bool effectiveOrder)
    {
        var precisions = new double[NGramCounts.MaxOrder];
        var penalty =
            candidateLength >= referenceLength ? 1
            : candidateLength == 0 ? 0
            : Math.Exp(1 - (double)referenceLength / candidateLength);
        if (matches[0] == 0)
        {
            return new BleuScore(0, precisions, penalty, candidateLength, referenceLength);
        }

        var smoothed = 1.0;
        for (var n = 0; n < precisions.Length && totals[n] > 0; n++)
        {
            var matched = matches[n] > 0 || smoothing == BleuSmoothing.None ? matches[n] : smoothed /= 2;
            precisions[n] = 100 * matched / totals[n];
        }

        var orders = effectiveOrder ? totals.Count(total => total > 0) : precisions.Length;
        var score = penalty * Math.Exp(precisions.Take(orders).Average(Math.Log)); // log 0 = −∞ makes it 0
        return new BleuScore(score, precisions, penalty, candidateLength, referenceLength);
    }
}
