using Microsoft.ML.LlamaVae.Training;
using TorchSharp;
using TorchSharp.Modules;
using static Microsoft.ML.LlamaVae.Layers.Numbers;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Tests.Training;

/// <summary>Learns a point: loss = Σ over the batch of ‖w + noise − target_i‖².</summary>
internal sealed class ToyTask : ITrainingTask, IDisposable
{
    private readonly double[] _targets;
    private readonly int _batchSize;

    public ToyTask(int examples, int batchSize)
    {
        _batchSize = batchSize;
        _targets = [.. Enumerable.Range(0, examples).Select(i => i % 7 - 1.5)];
        Weight = new Parameter(zeros(3));
    }

    public Parameter Weight { get; }

    /// <summary>From this step on the loss is NaN.</summary>
    public double NanFrom { get; init; } = double.PositiveInfinity;

    /// <summary>Validation values to give, in order; the distance to the targets' mean where there are none.</summary>
    public Queue<double> Scripted { get; } = new();

    public IReadOnlyList<(string Name, Parameter Value)> Parameters => [("w", Weight)];

    public IReadOnlyList<(string Name, Tensor Value)> Buffers => [];

    public string Fingerprint { get; init; } = "toy";

    public IReadOnlyList<int[]> Batches(int seed) =>
        LengthBuckets.Shuffle([.. Enumerable.Range(0, _targets.Length)], i => i % 3, _batchSize, seed);

    public long Units(int[] batch) => batch.Length;

    public BatchLoss Loss(int[] batch, double progress, int seed)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator((ulong)seed);
        var noise = Noise ? empty(3).normal_(0, 0.1, generator) : zeros(3);
        var loss = zeros(1).sum();
        foreach (var i in batch)
        {
            var miss = Weight.Plus(noise) - Number(_targets[i]);
            loss = loss.Plus((miss * miss).sum());
        }

        if (progress >= NanFrom)
        {
            loss = loss * Number(double.NaN);
        }

        return new BatchLoss(
            loss.MoveToOuterDisposeScope(),
            [new BatchTerm("distance", loss.item<float>(), batch.Length, "")]
        );
    }

    public bool Noise { get; init; } = true;

    public IReadOnlyList<LossTerm> Validate(CancellationToken cancellationToken)
    {
        if (Scripted.TryDequeue(out var value))
        {
            return [new LossTerm("value", value, "")];
        }

        var mean = _targets.Average();
        return [new LossTerm("value", Numeric.Values(Weight).Sum(w => (w - mean) * (w - mean)), "")];
    }

    public void Dispose() => Weight.Dispose();
}
