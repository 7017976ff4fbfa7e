namespace Microsoft.ML.LlamaVae.Evaluation;

/// <summary>(x − mean)/std of each input; a constant input becomes 0.</summary>
internal sealed class Standardization
{
    private readonly double[] means;
    private readonly double[] scales;

    private Standardization(double[] means, double[] scales)
    {
        this.means = means;
        this.scales = scales;
    }

    /// <summary>Learns means and standard deviations (divided by N) of the columns [N][D].</summary>
    public static Standardization Of(double[][] rows)
    {
        var centers = rows[0].Select((_, d) => rows.Average(row => row[d])).ToArray();
        var stds = centers.Select((mean, d) => Math.Sqrt(rows.Average(row => (row[d] - mean) * (row[d] - mean))));
        return new Standardization(centers, [.. stds.Select(std => std > 0 ? 1 / std : 0)]);
    }

    /// <summary>The standardised row with a 1 for the bias behind it: [D + 1].</summary>
    public double[] Apply(double[] row) => [.. row.Select((x, d) => (x - means[d]) * scales[d]), 1];
}
