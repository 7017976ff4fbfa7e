namespace Microsoft.ML.LlamaVae.Evaluation;

/// <summary>DCI (Eastwood and Williams 2018), with an L1 softmax regression as the predictor of each factor.</summary>
public static class Dci
{
    /// <summary>Fits one predictor per factor on standardised latents and reads the three scores off its weights.</summary>
    /// <remarks>
    /// Importance R_df = Σ_c |W_dc| / Σ_d Σ_c |W_dc| of the predictor of factor f: each factor's importances sum to 1, as those of
    /// trees do, so that a factor of many values weighs no more than one of few. Disentanglement = Σ_d ρ_d (1 − H_F(R_d· / Σ R_d·)),
    /// completeness = Σ_f ρ_f (1 − H_D(R_·f / Σ R_·f)); entropies to the base of the number of factors or of dimensions, ρ
    /// the share of the row or column in all of R (as disentanglement_lib weighs them). Where no weight is left both are 0.
    /// The predictor is linear in z: a factor that a dimension tells in no linear way counts as not told.
    /// </remarks>
    /// <param name="latents">[N][D].</param>
    /// <param name="factors">The values of the generative factors [N][F]; each has two values or more.</param>
    /// <param name="options">Penalty, test share and seed.</param>
    /// <exception cref="ArgumentException">
    /// The tables are empty, their rows differ, a factor is constant, or a side of the split is empty.
    /// </exception>
    public static DciScore Measure(
        IReadOnlyList<float[]> latents,
        IReadOnlyList<int[]> factors,
        DciOptions? options = null
    )
    {
        var truth = new GroundTruth(latents, factors);
        options ??= new DciOptions();
        options.Validate();
        var (training, test) = Split(truth.RowCount, options);
        var importance = new double[truth.LatentSize][];
        for (var d = 0; d < importance.Length; d++)
        {
            importance[d] = new double[truth.FactorCount];
        }

        double accuracy = 0;
        double majority = 0;
        for (var f = 0; f < truth.FactorCount; f++)
        {
            var values = training.Select(row => truth.Factors[row][f]).ToArray();
            var testValues = test.Select(row => truth.Factors[row][f]).ToArray();
            var predictor = SoftmaxRegression.Fit(Rows(truth, training), values, options.L1, l2: 0);
            accuracy += predictor.Accuracy(Rows(truth, test), testValues) / truth.FactorCount;
            var common = values.CountBy(value => value).MaxBy(pair => pair.Value).Key;
            majority += testValues.Average(value => value == common ? 1.0 : 0.0) / truth.FactorCount;
            var total = Enumerable.Range(0, truth.LatentSize).Sum(predictor.Importance);
            for (var d = 0; d < importance.Length; d++)
            {
                importance[d][f] = total > 0 ? predictor.Importance(d) / total : 0;
            }
        }

        var byFactor = Enumerable.Range(0, truth.FactorCount).Select(f => importance.Select(row => row[f]).ToArray());
        return new DciScore(Concentration(importance), Concentration([.. byFactor]), accuracy, majority, importance);
    }

    /// <summary>Σ_r ρ_r (1 − H(row r)): 1 where each row has one entry, 0 where all are even.</summary>
    internal static double Concentration(IReadOnlyList<double[]> rows)
    {
        if (rows[0].Length == 1)
        {
            return double.NaN;
        }

        var total = rows.Sum(row => row.Sum());
        return total > 0 ? rows.Where(row => row.Sum() > 0).Sum(row => row.Sum() / total * (1 - Entropy(row))) : 0;
    }

    private static double Entropy(double[] row)
    {
        var sum = row.Sum();
        return row.Where(x => x > 0).Sum(x => -(x / sum) * Math.Log(x / sum)) / Math.Log(row.Length);
    }

    private static double[][] Rows(GroundTruth truth, int[] rows) =>
        [.. rows.Select(row => truth.Latents[row].Select(z => (double)z).ToArray())];

    private static (int[] Training, int[] Test) Split(int count, DciOptions options)
    {
        var rows = Enumerable.Range(0, count).ToArray();
        new Random(options.Seed).Shuffle(rows);
        var tests = (int)Math.Round(count * options.TestShare);
        return tests > 0 && tests < count
            ? (rows[tests..], rows[..tests])
            : throw new ArgumentException(
                $"{count} rows with a test share of {options.TestShare} leave one side empty. Pass more rows.",
                nameof(options)
            );
    }
}
