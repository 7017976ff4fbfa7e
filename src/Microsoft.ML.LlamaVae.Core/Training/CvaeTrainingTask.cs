using System.Text.Json;
using Microsoft.ML.LlamaVae.Flow;
using Microsoft.ML.LlamaVae.Objective;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Training;

/// <summary>The loss of the Invertible CVAE on a batch of pairs, and its value on those held out.</summary>
internal sealed class CvaeTrainingTask(InvertibleCvae model, CvaeTrainingData data, TrainingOptions options)
    : ITrainingTask
{
    private const int RowsPerPass = 1024;
    private const string Unit = "nats/dimension";

    public IReadOnlyList<(string Name, Parameter Value)> Parameters { get; } = [.. model.named_parameters()];

    public IReadOnlyList<(string Name, Tensor Value)> Buffers { get; } = [.. model.named_buffers()];

    public string Fingerprint { get; } =
        RunFingerprint.Of(
            // Where and how often checkpoints are written doesn't change the run.
            JsonSerializer.Serialize(options with { CheckpointPath = null, CheckpointEverySteps = 1 }),
            [.. model.named_parameters()],
            [model.Configuration.ToJson(), data.Digest]
        );

    public IReadOnlyList<int[]> Batches(int seed)
    {
        var order = data.Training.ToArray();
        new Random(seed).Shuffle(order);
        return [.. order.Chunk(options.BatchSize)];
    }

    public long Units(int[] batch) => (long)batch.Length * model.LatentSize;

    public BatchLoss Loss(int[] batch, double progress, int seed)
    {
        using var scope = NewDisposeScope();
        var (z, condition) = data.Rows(batch, seed); // [B, D], [B, C]
        var loss = FlowNegativeLogLikelihood.Sum(model.LogDensity(z, condition));
        return new BatchLoss(
            loss.MoveToOuterDisposeScope(),
            [new BatchTerm("negative log-likelihood", loss.item<float>(), Units(batch), Unit)]
        );
    }

    public IReadOnlyList<LossTerm> Validate(CancellationToken cancellationToken)
    {
        if (data.Validation.Length == 0)
        {
            return [];
        }

        using var ungraded = no_grad();
        var sum = 0.0;
        for (var first = 0; first < data.Validation.Length; first += RowsPerPass)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var rows = data.Validation[first..Math.Min(first + RowsPerPass, data.Validation.Length)];
            var (z, condition) = data.Rows(rows, Seeds.Derive(options.Seed, SeedStream.Validation, first));
            sum +=
                rows.Length
                * FlowNegativeLogLikelihood.NatsPerDimension(model.LogDensity(z, condition), model.LatentSize);
        }

        return [new LossTerm("negative log-likelihood", sum / data.Validation.Length, Unit)];
    }
}
