using System.Runtime.InteropServices;

namespace Microsoft.ML.LlamaVae.Evaluation;

/// <summary>Self-BLEU (Zhu et al. 2018): how much the texts of one set repeat each other.</summary>
public static class SelfBleu
{
    /// <summary>The mean sentence BLEU of each text against all the others as its references.</summary>
    /// <remarks>
    /// 0 to 100; the lower, the more diverse. The same numbers as <see cref="Bleu.Sentence"/> on every text, in time that
    /// grows with the number of tokens and not with its square: of each n-gram only the two highest counts and the text
    /// that holds the first are kept.
    /// </remarks>
    /// <param name="texts">Samples of the model; an empty one scores 0.</param>
    /// <param name="smoothing">What an n-gram order without a match counts.</param>
    /// <returns>NaN for fewer than two texts.</returns>
    public static double Of(IReadOnlyList<string> texts, BleuSmoothing smoothing = BleuSmoothing.Exponential)
    {
        ArgumentNullException.ThrowIfNull(texts);
        if (texts.Count < 2)
        {
            return double.NaN;
        }

        var counts = texts.Select(text => new NGramCounts(Mteval13aTokenizer.Tokenize(text))).ToArray();
        var peaks = Peaks(counts);
        var lengths = counts.GroupBy(c => c.Length).ToDictionary(group => group.Key, group => group.Count());
        var sum = 0.0;
        for (var i = 0; i < counts.Length; i++)
        {
            var statistics = new BleuStatistics();
            statistics.Add(counts[i], ClosestOther(lengths, counts[i].Length), (_, nGram) => peaks[nGram].Without(i));
            sum += statistics.Score(smoothing, effectiveOrder: true).Score;
        }

        return sum / counts.Length;
    }

    private static Dictionary<string, Peak> Peaks(NGramCounts[] counts)
    {
        var peaks = new Dictionary<string, Peak>(StringComparer.Ordinal);
        for (var i = 0; i < counts.Length; i++)
        {
            for (var order = 1; order <= NGramCounts.MaxOrder; order++)
            {
                foreach (var (nGram, count) in counts[i].OfOrder(order))
                {
                    ref var peak = ref CollectionsMarshal.GetValueRefOrAddDefault(peaks, nGram, out _);
                    peak = peak.With(i, count);
                }
            }
        }

        return peaks;
    }

    private static int ClosestOther(Dictionary<int, int> lengths, int own) =>
        lengths[own] > 1
            ? own
            : lengths
                .Keys.Where(length => length != own)
                .OrderBy(length => Math.Abs(length - own))
                .ThenBy(l => l)
                .First();

    /// <summary>The highest count of an n-gram, the text that holds it, and the highest count among the other texts.</summary>
    private readonly record struct Peak(int First, int Holder, int Second)
    {
        public Peak With(int text, int count) =>
            count > First ? new Peak(count, text, First) : this with { Second = Math.Max(Second, count) };

        public int Without(int text) => text == Holder ? Second : First;
    }
}
