using Microsoft.ML.LlamaVae.Embeddings;
using Microsoft.ML.LlamaVae.Evaluation;
using Samples;

namespace PaperTables;

/// <summary>What every model is trained on and evaluated with, read before the first one is trained.</summary>
internal sealed class Tasks
{
    public Tasks(Settings settings)
    {
        var folder = Path.Combine(Repository.Folder(), "samples", "data");
        var rows = CategorizedText.Read(settings.Data?.FullName ?? Path.Combine(folder, "wordnet-glosses.tsv"));
        Held = rows[..settings.HeldOut];
        Known = rows[settings.HeldOut..Math.Min(rows.Length, settings.HeldOut + settings.Texts)];
        Pairs = [.. settings.Pairs.Select(file => (Name(file), TextPairFile.Read(file.FullName)))];
        Embeddings = WordEmbeddings.Load(Path.Combine(folder, "glove-100d-8k.wv8"));
        Vectors = new WordVectors(
            Embeddings.Words.ToDictionary(word => word, word => Embedding(word), StringComparer.Ordinal)
        );
        Probing =
        [
            (
                "category",
                [.. Known.Select(Category(ProbingSplit.Training)), .. Held.Select(Category(ProbingSplit.Test))]
            ),
            .. settings.Probing.Select(file => (Name(file), ProbingFile.Read(file.FullName))),
        ];
        var definitions = File.ReadLines(Path.Combine(folder, "wordnet-definitions.tsv"))
            .Skip(1)
            .Select(line => line.Split('\t'))
            .ToLookup(fields => fields[0], fields => (Word: fields[1], Gloss: fields[2]));
        (string, string)[] defined = [.. definitions["train"]];
        new Random(1).Shuffle(defined);
        Defined = defined[..Math.Min(defined.Length, settings.Definitions)];
        Undefined =
        [
            .. definitions["test"]
                .GroupBy(pair => pair.Word, pair => pair.Gloss, StringComparer.Ordinal)
                .Select(word => new WordDefinitions(word.Key, [.. word])),
        ];
    }

    public IReadOnlyList<CategorizedText> Known { get; }

    public IReadOnlyList<CategorizedText> Held { get; }

    public IReadOnlyList<(string Name, IReadOnlyList<TextPair> Pairs)> Pairs { get; }

    public IReadOnlyList<(string Name, IReadOnlyList<ProbingExample> Examples)> Probing { get; }

    /// <summary>Pairs that a flow is fitted to.</summary>
    public IReadOnlyList<(string Word, string Gloss)> Defined { get; }

    /// <summary>Words that it has not seen, with all their glosses.</summary>
    public IReadOnlyList<WordDefinitions> Undefined { get; }

    public WordEmbeddings Embeddings { get; }

    public WordVectors Vectors { get; }

    public float[] Embedding(string word) =>
        Embeddings.TryGetVector(word, out var vector)
            ? vector.ToArray()
            : throw new InvalidDataException(
                $"The word '{word}' of wordnet-definitions.tsv isn't in glove-100d-8k.wv8."
            );

    private static Func<CategorizedText, ProbingExample> Category(ProbingSplit split) =>
        row => new ProbingExample(split, row.Category, row.Text);

    private static string Name(FileInfo file) => Path.GetFileNameWithoutExtension(file.Name);
}
