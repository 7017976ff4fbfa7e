namespace Microsoft.ML.LlamaVae.Evaluation;

/// <summary>z-min-var, the disentanglement score of FactorVAE (Kim and Mnih 2018).</summary>
public static class ZMinVar
{
    /// <summary>Accuracy of a majority vote that tells the fixed factor from the dimension that varies least.</summary>
    /// <remarks>
    /// A point: choose a factor, draw a batch of rows that share its value, and take the dimension whose variance in the
    /// batch, over its variance in the data, is smallest. Each dimension votes for the factor it was smallest for most
    /// often. Constant dimensions take no part; with no other dimension both accuracies are 0.
    /// </remarks>
    /// <param name="latents">[N][D].</param>
    /// <param name="factors">The values of the generative factors [N][F]; each repeats and has two values or more.</param>
    /// <param name="options">Numbers of points and the seed.</param>
    /// <exception cref="ArgumentException">The tables are empty, their rows differ, or a factor is constant.</exception>
    /// <exception cref="InvalidOperationException">No two rows share a value of a factor.</exception>
    public static FactorClassificationScore Measure(
        IReadOnlyList<float[]> latents,
        IReadOnlyList<int[]> factors,
        FactorSamplingOptions? options = null
    )
    {
        var truth = new GroundTruth(latents, factors);
        options ??= new FactorSamplingOptions();
        options.Validate();
        var everyRow = Enumerable.Range(0, truth.RowCount).ToArray();
        var variances = Enumerable.Range(0, truth.LatentSize).Select(d => Variance(truth, everyRow, d)).ToArray();
        var active = Enumerable.Range(0, truth.LatentSize).Where(d => variances[d] > 0).ToArray();
        if (active.Length == 0)
        {
            return new FactorClassificationScore(0, 0);
        }

        var random = new Random(options.Seed);
        var votes = Votes(options.TrainingPoints);
        var winner = active.ToDictionary(d => d, d => ArgMax(votes, d));
        return new FactorClassificationScore(Accuracy(Votes(options.TestPoints)), Accuracy(votes));

        int[,] Votes(int points)
        {
            var counts = new int[truth.FactorCount, truth.LatentSize];
            for (var point = 0; point < points; point++)
            {
                var factor = random.Next(truth.FactorCount);
                var group = truth.DrawGroup(factor, random);
                var batch = random.GetItems(group, options.BatchSize);
                counts[factor, active.MinBy(d => Variance(truth, batch, d) / variances[d])]++;
            }

            return counts;
        }

        double Accuracy(int[,] counts) => active.Sum(d => counts[winner[d], d]) / (double)counts.Cast<int>().Sum();
    }

    private static int ArgMax(int[,] votes, int dimension) =>
        Enumerable.Range(0, votes.GetLength(0)).MaxBy(factor => votes[factor, dimension]);

    private static double Variance(GroundTruth truth, int[] rows, int dimension)
    {
        var mean = rows.Average(row => (double)truth.Latents[row][dimension]);
        return rows.Average(row => Math.Pow(truth.Latents[row][dimension] - mean, 2));
    }
}
