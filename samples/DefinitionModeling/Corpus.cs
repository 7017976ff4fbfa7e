using Microsoft.ML;
using Microsoft.ML.LlamaVae.Embeddings;
using Samples;

namespace DefinitionModeling;

/// <summary>Words with embeddings and glosses, split by word: no gloss of a test word is among the training pairs.</summary>
internal sealed class Corpus
{
    private Corpus(MLContext ml, IReadOnlyList<Pair> pairs, WordEmbeddings embeddings)
    {
        Embeddings = embeddings;
        Training = [.. pairs.Where(pair => pair.Split == "train")];
        Test = [.. pairs.Where(pair => pair.Split == "test")];
        All = ml.Data.LoadFromEnumerable(pairs);
        TrainingView = ml.Data.LoadFromEnumerable(Training);
        TestView = ml.Data.LoadFromEnumerable(Test);
        var definitions = Test.GroupBy(pair => pair.Word, pair => pair.Gloss, StringComparer.Ordinal).ToArray();
        TestWords = [.. definitions.Select(group => group.Key)];
        References = [.. definitions.Select(group => group.ToArray())];
    }

    public WordEmbeddings Embeddings { get; }

    public IReadOnlyList<Pair> Training { get; }

    public IReadOnlyList<Pair> Test { get; }

    public IDataView All { get; }

    public IDataView TrainingView { get; }

    public IDataView TestView { get; }

    public IReadOnlyList<string> TestWords { get; }

    /// <summary>All glosses of each test word.</summary>
    public IReadOnlyList<string[]> References { get; }

    public static Corpus Load(MLContext ml)
    {
        var data = Path.Combine(Repository.Folder(), "samples", "data");
        var lines = ml.Data.LoadFromTextFile<Pair>(Path.Combine(data, "wordnet-definitions.tsv"), hasHeader: true);
        return new Corpus(
            ml,
            [.. ml.Data.CreateEnumerable<Pair>(lines, reuseRowObject: false)],
            WordEmbeddings.Load(Path.Combine(data, "glove-100d-8k.wv8"))
        );
    }

    /// <summary>The embedding of a word that is in the table.</summary>
    public float[] Embedding(string word) =>
        Embeddings.TryGetVector(word, out var vector)
            ? vector.ToArray()
            : throw new InvalidDataException(
                $"The word '{word}' of wordnet-definitions.tsv isn't in glove-100d-8k.wv8; both files must come from one checkout."
            );
}
