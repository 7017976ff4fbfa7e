namespace Microsoft.ML.LlamaVae.Evaluation;

/// <summary>Latents and the generative factors of their sentences, checked; what disentanglement is measured on.</summary>
/// <remarks>Letters: N sentences, D latent size, F factors.</remarks>
internal sealed class GroundTruth
{
    private readonly Dictionary<int, int[]>[] rowsByValue;
    private readonly int[][] pairedRows;

    public GroundTruth(IReadOnlyList<float[]> latents, IReadOnlyList<int[]> factors)
    {
        LatentSize = Expect.Rectangular(latents, nameof(latents));
        FactorCount = Expect.Rectangular(factors, nameof(factors));
        Expect.SameCount(latents.Count, factors.Count, nameof(latents), nameof(factors));
        Latents = latents;
        Factors = factors;
        rowsByValue = [.. Enumerable.Range(0, FactorCount).Select(RowsByValue)];
        pairedRows =
        [
            .. rowsByValue.Select(groups => groups.Values.Where(g => g.Length > 1).SelectMany(g => g).ToArray()),
        ];
        for (var factor = 0; factor < FactorCount; factor++)
        {
            if (rowsByValue[factor].Count < 2)
            {
                throw new ArgumentException(
                    $"Factor {factor} has the same value in all rows; expected two values or more. Leave it out.",
                    nameof(factors)
                );
            }
        }
    }

    public IReadOnlyList<float[]> Latents { get; }

    public IReadOnlyList<int[]> Factors { get; }

    public int LatentSize { get; }

    public int FactorCount { get; }

    public int RowCount => Latents.Count;

    /// <summary>One dimension of all latents [N].</summary>
    public double[] Dimension(int d) => [.. Latents.Select(row => (double)row[d])];

    /// <summary>One factor of all sentences [N].</summary>
    public int[] Factor(int f) => [.. Factors.Select(row => row[f])];

    /// <summary>Draws a value of the factor as often as it occurs, and gives all the rows that have it, two or more.</summary>
    public int[] DrawGroup(int factor, Random random)
    {
        var rows = pairedRows[factor];
        if (rows.Length == 0)
        {
            throw new InvalidOperationException(
                $"No two rows share a value of factor {factor}; expected repeated values. Group its values into fewer."
            );
        }

        return rowsByValue[factor][Factors[rows[random.Next(rows.Length)]][factor]];
    }

    private Dictionary<int, int[]> RowsByValue(int factor) =>
        Enumerable
            .Range(0, RowCount)
            .GroupBy(row => Factors[row][factor])
            .ToDictionary(group => group.Key, group => group.ToArray());
}
