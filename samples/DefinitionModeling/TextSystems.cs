using Microsoft.ML.LlamaVae;
using Microsoft.ML.LlamaVae.Training;
using static TorchSharp.torch;

namespace DefinitionModeling;

/// <summary>Systems without a flow: an ordinary conditional VAE, and two that copy a training gloss.</summary>
internal static class TextSystems
{
    /// <summary>Prior and decoder see the embedding, all trained together on the pairs.</summary>
    public static IReadOnlyList<string> OrdinaryCvae(
        Corpus corpus,
        int seed,
        int epochs,
        IProgress<TrainingProgress> progress
    )
    {
        using var scope = NewDisposeScope();
        using var model = ConditionalVaeModel.Create(corpus.Embeddings.Size, Settings.Model, seed: seed);
        ConditionalVaeTrainer.Fit(
            model,
            [.. corpus.Training.Select(pair => corpus.Embedding(pair.Word))],
            [.. corpus.Training.Select(pair => pair.Gloss)],
            Settings.Trainer(seed, epochs),
            progress
        );
        var conditions = tensor([.. corpus.TestWords.SelectMany(corpus.Embedding)]).reshape(-1, corpus.Embeddings.Size); // [words, C]
        return model.Decode(conditions, Settings.Temperature, seed, Settings.Generation);
    }

    /// <summary>The first gloss of the training word with the nearest embedding.</summary>
    public static IReadOnlyList<string> NearestWord(Corpus corpus)
    {
        var first = corpus
            .Training.GroupBy(pair => pair.Word, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.First().Gloss, StringComparer.Ordinal);
        return
        [
            .. corpus.TestWords.Select(word =>
                first[
                    corpus
                        .Embeddings.Nearest(corpus.Embedding(word), corpus.Embeddings.Words.Count)
                        .First(near => first.ContainsKey(near.Word))
                        .Word
                ]
            ),
        ];
    }

    /// <summary>The gloss of a training pair drawn at random.</summary>
    public static IReadOnlyList<string> RandomGloss(Corpus corpus, int seed)
    {
        var random = new Random(seed);
        return [.. corpus.TestWords.Select(_ => corpus.Training[random.Next(corpus.Training.Count)].Gloss)];
    }
}
