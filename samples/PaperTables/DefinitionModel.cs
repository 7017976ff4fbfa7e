using Microsoft.ML.LlamaVae;
using Microsoft.ML.LlamaVae.Evaluation;
using Microsoft.ML.LlamaVae.Flow;
using Microsoft.ML.LlamaVae.Generation;
using Microsoft.ML.LlamaVae.Training;
using static TorchSharp.torch;

namespace PaperTables;

/// <summary>Word embedding → latent → definition: an Invertible CVAE on the latents of a model.</summary>
internal static class DefinitionModel
{
    private const double Temperature = 0.5;

    public static DefinitionReport Evaluate(
        LlamaVaeModel model,
        int seed,
        Tasks tasks,
        CancellationToken cancellationToken
    )
    {
        using var scope = NewDisposeScope();
        var (learnt, words, _) = tasks.Definitions;
        var latents = Latents(model, [.. learnt.Select(pair => pair.Gloss)]);
        using var weights = new Generator((ulong)seed);
        var configuration = new InvertibleCvaeConfiguration
        {
            LatentSize = model.LatentSize,
            ConditionSize = tasks.Embeddings.Size,
            ConditionCouplings = true,
            HiddenSize = 64,
        };
        using var flow = new InvertibleCvae(configuration, weights);
        var options = new TrainingOptions
        {
            Seed = seed,
            Epochs = 10,
            BatchSize = 256,
            LearningRate = 2e-3,
            Patience = 3,
        };
        CvaeTrainer.Fit(
            flow,
            [.. learnt.Select(pair => tasks.Embedding(pair.Word))],
            latents,
            options: options,
            cancellationToken: cancellationToken
        );

        var conditions = tensor([.. words.SelectMany(word => tasks.Embedding(word.Word))]).view(words.Count, -1); // [words, C]
        using var draws = new Generator((ulong)seed);
        var z = flow.Sample(conditions, draws, Temperature).view(words.Count, -1); // [words, D]
        var texts = model.Decode(
            z,
            new GenerationOptions { MaxTokens = 24, RepetitionPenalty = 1.2 },
            cancellationToken
        );
        var (said, meant) = (
            Latents(model, texts),
            new Queue<float[]>(Latents(model, [.. words.SelectMany(word => word.Definitions)]))
        );
        return DefinitionEvaluator.Evaluate([
            .. words.Select(
                (word, i) =>
                    new DefinedWord(word.Word, texts[i], word.Definitions)
                    {
                        Latent = said[i],
                        ReferenceLatents = [.. word.Definitions.Select(_ => meant.Dequeue())],
                    }
            ),
        ]);
    }

    private static float[][] Latents(LlamaVaeModel model, IReadOnlyList<string> texts)
    {
        using var posterior = model.Encode(texts);
        return [.. posterior.Mu.data<float>().ToArray().Chunk(model.LatentSize)];
    }
}
