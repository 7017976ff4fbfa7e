using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Training;

/// <summary>Everything that a run needs to go on: counters, weights, the best weights so far, AdamW's moments.</summary>
internal sealed class TrainingState : IDisposable
{
    private readonly AdamW _optimizer;
    private readonly List<ValidationPoint> _history = [];
    private int _withoutImprovement;

    public TrainingState(ITrainingTask task, AdamW optimizer)
    {
        _optimizer = optimizer;
        Weights = [.. task.Parameters.Select(p => (p.Name, (Tensor)p.Value)), .. task.Buffers];
    }

    /// <summary>Optimizer steps done.</summary>
    public int Step { get; set; }

    /// <summary>Epochs done.</summary>
    public int Epoch { get; set; }

    /// <summary>Steps done in the running epoch.</summary>
    public int StepInEpoch { get; set; }

    /// <summary>Nothing is left to do.</summary>
    public bool Finished { get; set; }

    /// <summary>The step whose weights are <see cref="Best"/>.</summary>
    public int BestStep { get; private set; }

    /// <summary>The model's own tensors: what learns or changes.</summary>
    public IReadOnlyList<(string Name, Tensor Value)> Weights { get; }

    /// <summary>Copies of the best <see cref="Weights"/>, in their order; null before the first validation.</summary>
    public IReadOnlyList<Tensor>? Best { get; private set; }

    public IReadOnlyList<ValidationPoint> History => _history;

    /// <summary>AdamW's state, one entry for each parameter.</summary>
    public IReadOnlyList<AdamMoments> Moments => _optimizer.Moments;

    /// <summary>Records a validation; a better one keeps a copy of the weights.</summary>
    /// <returns>Validations in a row without improvement.</returns>
    public int Judge(IReadOnlyList<LossTerm> terms)
    {
        // A NaN is never the best.
        var best = _history
            .Select(point => point.Terms[0].Value)
            .Where(double.IsFinite)
            .DefaultIfEmpty(double.PositiveInfinity)
            .Min();
        var isBest = terms[0].Value < best;
        _history.Add(new ValidationPoint(Step, terms));
        if (isBest)
        {
            BestStep = Step;
            SetBest([.. Weights.Select(weight => Copy(weight.Value))]);
        }

        return _withoutImprovement = isBest ? 0 : _withoutImprovement + 1;
    }

    /// <summary>Puts the best weights into the model; without a validation the last ones stay.</summary>
    public void RestoreBest()
    {
        if (Best is not { } best)
        {
            BestStep = Step;
            return;
        }

        using var ungraded = no_grad();
        for (var i = 0; i < best.Count; i++)
        {
            Weights[i].Value.copy_(best[i]);
        }
    }

    /// <summary>Takes the counters of a checkpoint; its tensors are copied by the reader.</summary>
    public void Resume(CheckpointCounters counters, IReadOnlyList<Tensor>? best)
    {
        (Step, Epoch, StepInEpoch, Finished) = (counters.Step, counters.Epoch, counters.StepInEpoch, counters.Finished);
        (BestStep, _withoutImprovement) = (counters.BestStep, counters.WithoutImprovement);
        _history.Clear();
        _history.AddRange(counters.History);
        SetBest(best);
    }

    public CheckpointCounters Counters =>
        new(Step, Epoch, StepInEpoch, Finished, BestStep, _withoutImprovement, _history);

    private void SetBest(IReadOnlyList<Tensor>? best)
    {
        Dispose();
        Best = best;
    }

    private static Tensor Copy(Tensor value)
    {
        using var ungraded = no_grad();
        return value.clone().DetachFromDisposeScope();
    }

    public void Dispose()
    {
        foreach (var tensor in Best ?? [])
        {
            tensor.Dispose();
        }

        Best = null;
    }
}
