using System.Diagnostics;

namespace Microsoft.ML.LlamaVae.Training;

/// <summary>Turns sums over batches into means, and steps into speed and time left.</summary>
internal sealed class ProgressMeter(int epochs, IProgress<TrainingProgress>? progress)
{
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly List<BatchTerm> _sums = [];
    private TimeSpan _excluded;
    private long _units;
    private int _epoch;
    private int _steps;
    private int? _firstStep;

    public void BeginEpoch(int epoch, int steps, int step)
    {
        _epoch = epoch;
        _steps = steps;
        _firstStep ??= step;
        _sums.Clear();
    }

    public void Add(IReadOnlyList<BatchTerm> terms)
    {
        if (_sums.Count == 0)
        {
            _sums.AddRange(terms);
            return;
        }

        for (var i = 0; i < terms.Count; i++)
        {
            _sums[i] = _sums[i] with { Sum = _sums[i].Sum + terms[i].Sum, Count = _sums[i].Count + terms[i].Count };
        }
    }

    /// <summary>Time that doesn't count for the speed.</summary>
    public void Exclude(TimeSpan time) => _excluded += time;

    public void Report(int step, long units)
    {
        _units += units;
        progress?.Report(Now(step, []));
    }

    public void ReportValidation(int step, IReadOnlyList<LossTerm> terms)
    {
        if (terms.Count > 0)
        {
            progress?.Report(Now(step, terms));
        }
    }

    private TrainingProgress Now(int step, IReadOnlyList<LossTerm> validation)
    {
        var elapsed = _clock.Elapsed;
        var training = elapsed - _excluded;
        var done = Math.Max(1, step - (_firstStep ?? 0));
        return new TrainingProgress(
            _epoch,
            epochs,
            step,
            _steps,
            [.. _sums.Select(term => new LossTerm(term.Name, term.Sum / term.Count, term.Unit))],
            _units / Math.Max(1e-9, training.TotalSeconds),
            elapsed,
            elapsed / done * (_steps - step),
            validation
        );
    }
}
