using System.Runtime.InteropServices;

namespace Microsoft.ML.LlamaVae.Evaluation;

/// <summary>How often each n-gram of order 1 to <see cref="MaxOrder"/> occurs in a text.</summary>
internal sealed class NGramCounts
{
    public const int MaxOrder = 4;

    private readonly Dictionary<string, int>[] orders = new Dictionary<string, int>[MaxOrder];

    public NGramCounts(string[] tokens)
    {
        Length = tokens.Length;
        for (var order = 1; order <= MaxOrder; order++)
        {
            orders[order - 1] = Count(tokens, order);
        }
    }

    /// <summary>The number of tokens.</summary>
    public int Length { get; }

    /// <summary>The n-grams of one order; tokens hold no blank, so a blank joins them.</summary>
    public IReadOnlyDictionary<string, int> OfOrder(int order) => orders[order - 1];

    /// <summary>The number of n-grams of one order, repetitions included.</summary>
    public int Total(int order) => Math.Max(0, Length - order + 1);

    public static Dictionary<string, int> Count(string[] tokens, int order)
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var start = 0; start + order <= tokens.Length; start++)
        {
            CollectionsMarshal.GetValueRefOrAddDefault(counts, string.Join(' ', tokens, start, order), out _)++;
        }

        return counts;
    }
}
