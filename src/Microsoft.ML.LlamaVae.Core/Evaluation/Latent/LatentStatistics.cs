namespace Microsoft.ML.LlamaVae.Evaluation;

/// <summary>What the posteriors q(z|x) = N(mu, diag(exp(logVar))) of a data set say about the latent.</summary>
/// <remarks>Letters: N sentences, D latent size, S draws per sentence.</remarks>
public static class LatentStatistics
{
    /// <summary>KL and active units (Burda et al. 2016).</summary>
    /// <param name="mu">Posterior means [N][D].</param>
    /// <param name="logVar">Posterior log-variances [N][D].</param>
    /// <param name="threshold">A dimension is active when the variance of its mu over the data exceeds this.</param>
    /// <returns>With one sentence all variances, and so the active units, are 0.</returns>
    /// <exception cref="ArgumentException">The tables are empty or their shapes differ.</exception>
    public static LatentActivity Activity(
        IReadOnlyList<float[]> mu,
        IReadOnlyList<float[]> logVar,
        double threshold = 0.01
    )
    {
        var size = SameShape(mu, logVar);
        var kl = new double[size];
        var variances = new double[size];
        for (var d = 0; d < size; d++)
        {
            var mean = mu.Average(row => (double)row[d]);
            variances[d] = mu.Average(row => (row[d] - mean) * (row[d] - mean));
            kl[d] = mu.Zip(logVar, (m, v) => Kl(m[d], v[d])).Average();
        }

        return new LatentActivity(kl.Sum(), kl, variances, variances.Count(variance => variance > threshold));
    }

    /// <summary>Mutual information of sentence and latent, by the aggregated posterior of this batch.</summary>
    /// <remarks>
    /// I = E_x E_{z~q(z|x)} [log q(z|x) − log q(z)] with q(z) = (1/N) Σ_n q(z|x_n), by log-sum-exp over the batch; the same
    /// z in both terms, so the estimate is exactly 0 where all posteriors are one, and never above log N. The aggregate KL
    /// is E_x KL(q(z|x)‖p) − I. Time grows with S·N²·D.
    /// </remarks>
    /// <param name="mu">Posterior means [N][D].</param>
    /// <param name="logVar">Posterior log-variances [N][D].</param>
    /// <param name="draws">S: how many z are drawn for each sentence.</param>
    /// <param name="seed">Equal seeds give equal estimates.</param>
    /// <exception cref="ArgumentException">The tables are empty or their shapes differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is less than one draw.</exception>
    public static LatentInformation Information(
        IReadOnlyList<float[]> mu,
        IReadOnlyList<float[]> logVar,
        int draws = 1,
        int seed = 1
    )
    {
        var size = SameShape(mu, logVar);
        Expect.AtLeast(1, draws, nameof(draws));
        var random = new Random(seed);
        var precision = logVar.Select(row => row.Select(v => Math.Exp(-v)).ToArray()).ToArray();
        var logScale = logVar.Select(row => -0.5 * row.Sum(v => (double)v)).ToArray(); // less ½ D log 2π, which cancels
        var z = new double[size];
        var logDensities = new double[mu.Count];
        var sum = 0.0;
        for (var n = 0; n < mu.Count; n++)
        {
            for (var draw = 0; draw < draws; draw++)
            {
                for (var d = 0; d < size; d++)
                {
                    z[d] = mu[n][d] + Math.Exp(0.5 * logVar[n][d]) * Gaussian(random);
                }

                for (var m = 0; m < mu.Count; m++)
                {
                    logDensities[m] = logScale[m] - 0.5 * SquaredDistance(z, mu[m], precision[m]);
                }

                sum += logDensities[n] - (LogSumExp(logDensities) - Math.Log(mu.Count));
            }
        }

        var information = sum / (mu.Count * draws);
        var kl = Activity(mu, logVar).Kl;
        return new LatentInformation(information, kl, kl - information, Math.Log(mu.Count));
    }

    // KL(N(mu, σ²)‖N(0, 1)) = ½(mu² + σ² − log σ² − 1)
    private static double Kl(double mu, double logVar) => 0.5 * (mu * mu + Math.Exp(logVar) - logVar - 1);

    private static int SameShape(IReadOnlyList<float[]> mu, IReadOnlyList<float[]> logVar)
    {
        var size = Expect.Rectangular(mu, nameof(mu));
        var logVarSize = Expect.Rectangular(logVar, nameof(logVar));
        Expect.SameCount(mu.Count, logVar.Count, nameof(mu), nameof(logVar));
        return size == logVarSize
            ? size
            : throw new ArgumentException($"logVar has {logVarSize} dimensions; mu has {size}.", nameof(logVar));
    }

    private static double SquaredDistance(double[] z, float[] mu, double[] precision)
    {
        var sum = 0.0;
        for (var d = 0; d < z.Length; d++)
        {
            var difference = z[d] - mu[d];
            sum += difference * difference * precision[d];
        }

        return sum;
    }

    private static double LogSumExp(double[] values)
    {
        var max = values.Max();
        return max + Math.Log(values.Sum(value => Math.Exp(value - max)));
    }

    /// <summary>Box–Muller; 1 − u keeps the logarithm finite.</summary>
    private static double Gaussian(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
