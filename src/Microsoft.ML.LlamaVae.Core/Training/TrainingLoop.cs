using System.Diagnostics;
using TorchSharp;
using static Microsoft.ML.LlamaVae.Layers.Numbers;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Training;

/// <summary>
/// AdamW over the batches of a task, with warm-up, clipping and accumulation; validates, keeps the best weights, stops
/// early, writes checkpoints, resumes, reports and can be cancelled. The VAE and the flow are trained by it alike.
/// </summary>
internal sealed class TrainingLoop : IDisposable
{
    private readonly ITrainingTask _task;
    private readonly TrainingOptions _options;
    private readonly AdamW _optimizer;
    private readonly TrainingState _state;
    private readonly ProgressMeter _meter;

    public TrainingLoop(ITrainingTask task, TrainingOptions options, IProgress<TrainingProgress>? progress)
    {
        _task = task;
        _options = options;
        _optimizer = new AdamW(task.Parameters.Select(p => p.Value), options.WeightDecay);
        _state = new TrainingState(task, _optimizer);
        _meter = new ProgressMeter(options.Epochs, progress);
    }

    /// <summary>Trains to the end (or goes on from the checkpoint) and leaves the best weights in the model.</summary>
    /// <exception cref="TrainingDivergedException">The loss isn't finite.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; the state is in the checkpoint, if one was asked for.</exception>
    public TrainingResult Run(CancellationToken cancellationToken)
    {
        var resumed = _options.CheckpointPath is { } path && File.Exists(path);
        if (resumed)
        {
            TrainingCheckpoint.Load(_options.CheckpointPath!, _state, _task.Fingerprint);
        }

        var stop = _state.Finished ? StopReason.AlreadyFinished : StopReason.Completed;
        while (!_state.Finished)
        {
            RunEpoch(cancellationToken);
            if (ValidateAndDecide(cancellationToken))
            {
                stop = StopReason.NoImprovement;
            }
        }

        _state.RestoreBest();
        return new TrainingResult(_state.Step, _state.Epoch, _state.BestStep, _state.History, stop, resumed);
    }

    private void RunEpoch(CancellationToken cancellationToken)
    {
        var groups = _task
            .Batches(Seeds.Derive(_options.Seed, SeedStream.Order, _state.Epoch))
            .Chunk(_options.AccumulationSteps)
            .ToArray();
        var steps = _options.Epochs * groups.Length;
        _meter.BeginEpoch(_state.Epoch + 1, steps, _state.Step);
        while (_state.StepInEpoch < groups.Length)
        {
            if (cancellationToken.IsCancellationRequested)
            {
                SaveCheckpoint();
                cancellationToken.ThrowIfCancellationRequested();
            }

            Step(groups[_state.StepInEpoch], steps);
            _state.StepInEpoch++;
            if (_state.Step % _options.CheckpointEverySteps == 0)
            {
                SaveCheckpoint();
            }
        }

        _state.Epoch++;
        _state.StepInEpoch = 0;
    }

    private void Step(int[][] batches, int steps)
    {
        using var scope = NewDisposeScope();
        var units = batches.Sum(_task.Units);
        var progress = _state.Step / (double)steps;
        _optimizer.ClearGradients();
        for (var i = 0; i < batches.Length; i++)
        {
            var index = _state.Step * _options.AccumulationSteps + i;
            using var loss = _task.Loss(batches[i], progress, Seeds.Derive(_options.Seed, SeedStream.Noise, index));
            CheckFinite(loss);
            (loss.Sum / Number(units)).backward();
            _meter.Add(loss.Terms);
        }

        nn.utils.clip_grad_norm_(_task.Parameters.Select(p => p.Value), _options.ClipNorm);
        _optimizer.Step(LearningRateSchedule.At(_options, _state.Step, steps));
        _state.Step++;
        _meter.Report(_state.Step, units);
    }

    // The weights haven't been touched yet: they are those of the last step that was finite.
    private void CheckFinite(BatchLoss loss)
    {
        var value = loss.Sum.to(float64).item<double>();
        if (double.IsFinite(value))
        {
            return;
        }

        var bad = loss.Terms.FirstOrDefault(term => !double.IsFinite(term.Sum)).Name;
        var cause = bad is null
            ? "every raw term is finite, so their weighted sum overflowed"
            : $"the term '{bad}' is not finite; most often the learning rate is too high, or a loaded weight is NaN or overflows its float type";
        throw new TrainingDivergedException(
            $"The loss is {value} at step {_state.Step + 1}: {cause}. Lower LearningRate (it is {_options.LearningRate}), raise WarmupSteps, or train in float32."
                + (
                    _options.CheckpointPath is { } path && File.Exists(path)
                        ? $" The last good state is in '{path}'."
                        : " No checkpoint was written."
                )
        )
        {
            Step = _state.Step + 1,
        };
    }

    /// <returns>True where patience ran out.</returns>
    private bool ValidateAndDecide(CancellationToken cancellationToken)
    {
        var last = _state.Epoch >= _options.Epochs;
        var exhausted = false;
        IReadOnlyList<LossTerm> terms = [];
        if (last || _state.Epoch % _options.ValidateEveryEpochs == 0)
        {
            var began = Stopwatch.GetTimestamp();
            terms = _task.Validate(cancellationToken);
            _meter.Exclude(Stopwatch.GetElapsedTime(began));
            exhausted = terms.Count > 0 && _state.Judge(terms) >= _options.Patience && _options.Patience > 0;
        }

        _state.Finished = last || exhausted;
        SaveCheckpoint();
        _meter.ReportValidation(_state.Step, terms);
        return exhausted && !last;
    }

    private void SaveCheckpoint()
    {
        if (_options.CheckpointPath is { } path)
        {
            TrainingCheckpoint.Save(path, _state, _task.Fingerprint);
        }
    }

    public void Dispose()
    {
        _state.Dispose();
        _optimizer.Dispose();
    }
}
