using System.Diagnostics;

namespace Microsoft.ML.LlamaVae.Benchmarks;

/// <summary>Runs alternatives strictly in turn, round after round, so that a busy neighbour slows all of them alike.</summary>
/// <param name="rounds">Rounds that count; one more goes before them.</param>
internal sealed class Contest(int rounds)
{
    private readonly List<(string Name, string Unit, Func<double> Work, string? Reference, double Scale)> _runners = [];

    /// <summary>Enters an alternative.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="unit">Unit of what it reports.</param>
    /// <param name="work">Works, and tells how much it did.</param>
    /// <param name="reference">The runner it is compared with.</param>
    /// <param name="scale">The part of the reference's rate that would be a ratio of 1.</param>
    public Contest Add(string name, string unit, Func<double> work, string? reference = null, double scale = 1)
    {
        _runners.Add((name, unit, work, reference, scale));
        return this;
    }

    /// <summary>Amount per second of each, in the order of entry.</summary>
    public IReadOnlyList<Row> Run()
    {
        var rates = _runners.ToDictionary(runner => runner.Name, _ => new double[rounds]);
        for (var round = -1; round < rounds; round++)
        {
            foreach (var (name, _, work, _, _) in _runners)
            {
                var start = Stopwatch.GetTimestamp();
                var rate = work() / Stopwatch.GetElapsedTime(start).TotalSeconds;
                if (round >= 0)
                {
                    rates[name][round] = rate;
                }
            }
        }

        return
        [
            .. _runners.Select(runner =>
            {
                var own = rates[runner.Name];
                double? ratio = runner.Reference is null
                    ? null
                    : Quantile([.. own.Zip(rates[runner.Reference], (a, b) => a / (b * runner.Scale))], 0.5);
                var median = Quantile(own, 0.5);
                var spread = (Quantile(own, 0.75) - Quantile(own, 0.25)) / median;
                return new Row(runner.Name, median, runner.Unit, runner.Reference, ratio, spread);
            }),
        ];
    }

    private static double Quantile(double[] values, double part)
    {
        var sorted = values.Order().ToArray();
        var at = part * (sorted.Length - 1);
        var low = (int)at;
        var high = Math.Min(low + 1, sorted.Length - 1);
        return sorted[low] + (at - low) * (sorted[high] - sorted[low]);
    }
}
