namespace Microsoft.ML.LlamaVae.Evaluation;

/// <summary>Finds texts that say nearly what one of some given texts says: their sets of words overlap almost wholly.</summary>
/// <remarks>Texts are near-duplicates where the Jaccard index of their words, see <see cref="WordOverlap"/>, reaches the threshold. Safe from several threads.</remarks>
public sealed class NearDuplicates
{
    private readonly List<int> _sizes = [];
    private readonly Dictionary<string, List<int>> _places = new(StringComparer.Ordinal);
    private readonly double _threshold;

    /// <summary>Indexes texts by their words.</summary>
    /// <param name="texts">What to compare with.</param>
    /// <param name="threshold">The least Jaccard index, above 0, at most 1; 1 finds only equal sets of words.</param>
    /// <exception cref="ArgumentOutOfRangeException">The threshold is out of its range.</exception>
    public NearDuplicates(IEnumerable<string> texts, double threshold = 0.8)
    {
        ArgumentNullException.ThrowIfNull(texts);
        if (!(threshold > 0 && threshold <= 1))
        {
            throw new ArgumentOutOfRangeException(
                nameof(threshold),
                threshold,
                $"threshold is {threshold}; expected a value above 0, at most 1."
            );
        }

        _threshold = threshold;
        foreach (var text in texts)
        {
            var words = Words(text);
            foreach (var word in words)
            {
                _places.TryAdd(word, []);
                _places[word].Add(_sizes.Count);
            }

            _sizes.Add(words.Count);
        }
    }

    /// <summary>Whether the text is a near-duplicate of one of the given ones; false for a text without a word.</summary>
    /// <param name="text">Words are runs of letters and digits in lower case.</param>
    public bool Has(string text)
    {
        var words = Words(text);
        var common = new Dictionary<int, int>();
        foreach (var place in words.SelectMany(word => _places.GetValueOrDefault(word, [])))
        {
            common[place] = common.GetValueOrDefault(place) + 1;
        }

        // |A ∩ B| / |A ∪ B|
        return common.Any(pair => pair.Value >= _threshold * (words.Count + _sizes[pair.Key] - pair.Value));
    }

    private static HashSet<string> Words(string text) => LowerCaseWords.Of(text).ToHashSet(StringComparer.Ordinal);
}
