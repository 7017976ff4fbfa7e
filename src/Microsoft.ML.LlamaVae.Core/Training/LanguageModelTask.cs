using System.Text.Json;
using Microsoft.ML.LlamaVae.Objective;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Training;

/// <summary>−log p(x|z = 0): a decoder that is told nothing, the language model to compare a VAE with.</summary>
internal sealed class LanguageModelTask(
    LlamaVaeModel model,
    VaeTrainingData data,
    LearningParts learning,
    TrainingOptions options
) : ITrainingTask
{
    private readonly int[] _examples = [.. Enumerable.Range(0, data.Training.Count)];

    public IReadOnlyList<(string Name, Parameter Value)> Parameters => learning.Parameters;

    public IReadOnlyList<(string Name, Tensor Value)> Buffers => [];

    public string Fingerprint { get; } =
        RunFingerprint.Of(
            JsonSerializer.Serialize(options with { CheckpointPath = null, CheckpointEverySteps = 1 }),
            learning.Parameters,
            data.Training.Concat(data.Validation)
        );

    public IReadOnlyList<int[]> Batches(int seed) =>
        LengthBuckets.Shuffle(_examples, i => data.DecoderTokens[i].Length, options.BatchSize, seed);

    public long Units(int[] batch) => batch.Sum(i => (long)data.DecoderTokens[i].Length);

    public BatchLoss Loss(int[] batch, double progress, int seed)
    {
        using var scope = NewDisposeScope();
        using var tokens = model.Decoder.Batch([.. batch.Select(i => data.DecoderTokens[i])]);
        var z = zeros(batch.Length, model.LatentSize, device: model.Decoder.Device); // [B, D]
        var sum = Elbo.NegativeLogLikelihood(model.Decoder.Logits(tokens, z), tokens.Targets);
        return new BatchLoss(
            sum.MoveToOuterDisposeScope(),
            [new BatchTerm("language model", sum.item<float>(), Units(batch), "nats/token")]
        );
    }

    public IReadOnlyList<LossTerm> Validate(CancellationToken cancellationToken)
    {
        if (data.Validation.Count == 0)
        {
            return [];
        }

        using var z = zeros(data.Validation.Count, model.LatentSize); // [B, D]
        var scores = model.Score(data.Validation, z);
        var nats = -scores.Sum(score => score.LogLikelihood) / scores.Sum(score => score.Tokens);
        return [new LossTerm("language model", nats, "nats/token")];
    }
}
