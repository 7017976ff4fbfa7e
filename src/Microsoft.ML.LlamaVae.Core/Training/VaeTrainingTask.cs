using System.Text.Json;
using Microsoft.ML.LlamaVae.Evaluation;
using Microsoft.ML.LlamaVae.Objective;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Training;

/// <summary>The loss of LlaMaVAE on a batch of texts, and its value on those held out.</summary>
internal sealed class VaeTrainingTask(
    LlamaVaeModel model,
    VaeTrainingData data,
    LearningParts learning,
    VaeTrainerOptions options
) : ITrainingTask
{
    private readonly TokenNoise _noise = new(model.Encoder.Tokenizer, options.InputDeletion, options.InputReplacement);
    private readonly int[] _examples = [.. Enumerable.Range(0, data.Training.Count)];

    public IReadOnlyList<(string Name, Parameter Value)> Parameters => learning.Parameters;

    public IReadOnlyList<(string Name, Tensor Value)> Buffers => [];

    public string Fingerprint { get; } =
        RunFingerprint.Of(
            // Where and how often checkpoints are written doesn't change the run.
            JsonSerializer.Serialize(
                options with
                {
                    Training = options.Training with { CheckpointPath = null, CheckpointEverySteps = 1 },
                }
            ),
            learning.Parameters,
            data.Training.Concat(data.Validation)
        );

    public IReadOnlyList<int[]> Batches(int seed) =>
        LengthBuckets.Shuffle(
            _examples,
            i => Math.Max(data.EncoderTokens[i].Length, data.DecoderTokens[i].Length),
            options.Training.BatchSize,
            seed
        );

    public long Units(int[] batch) => batch.Sum(i => (long)data.DecoderTokens[i].Length);

    public BatchLoss Loss(int[] batch, double progress, int seed)
    {
        using var scope = NewDisposeScope();
        var random = new Random(seed);
        using var generator = new Generator((ulong)seed, model.Decoder.Device);
        using var posterior = model.Encoder.Forward([
            .. batch.Select(i => _noise.Apply(data.EncoderTokens[i], random)),
        ]);
        var z = posterior.Sample(generator); // [B, D]
        Func<bool>? hide = options.WordDropout > 0 ? () => random.NextDouble() < options.WordDropout : null;
        using var tokens = model.Decoder.Batch([.. batch.Select(i => data.DecoderTokens[i])], hide);
        var logits = model.Decoder.Logits(tokens, z); // [N, V]
        var beta = options.Beta.At(progress);
        var terms = Elbo.Compute(logits, tokens.Targets, posterior, beta, options.FreeBits);
        return new BatchLoss(
            terms.Loss.MoveToOuterDisposeScope(),
            [
                new BatchTerm("reconstruction", terms.Reconstruction.item<float>(), Units(batch), "nats/token"),
                new BatchTerm("kl", terms.Kl.item<float>(), batch.Length, "nats/sentence"),
                new BatchTerm("beta", beta, 1, ""),
            ]
        );
    }

    // The value to minimise weighs the KL as the end of the schedule does, so that values of all epochs compare.
    public IReadOnlyList<LossTerm> Validate(CancellationToken cancellationToken)
    {
        if (data.Validation.Count == 0)
        {
            return [];
        }

        var report = ReconstructionEvaluator.Evaluate(model, data.Validation, options.Training.Seed, cancellationToken);
        var weighted = report.ReconstructionNatsPerToken + options.Beta.Maximum * report.Kl / report.TokensPerText;
        return
        [
            new LossTerm("objective", weighted, "nats/token"),
            new LossTerm("reconstruction", report.ReconstructionNatsPerToken, "nats/token"),
            new LossTerm("shuffled", report.ShuffledNatsPerToken, "nats/token"),
            new LossTerm("negative elbo", report.NegativeElboPerToken, "nats/token"),
            new LossTerm("kl", report.Kl, "nats/sentence"),
            new LossTerm("active units", report.ActiveUnits, $"of {report.LatentSize}"),
        ];
    }
}
