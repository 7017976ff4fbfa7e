using System.Globalization;
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
        Embeddings = WordEmbeddings.Load(Path.Combine(folder, "glove-100d-8k.wv8"));
        Vectors = new WordVectors(
            Embeddings.Words.ToDictionary(word => word, word => Embedding(word), StringComparer.Ordinal)
        );
        Definitions = settings.DefinitionFile is { } file
            ? Definitions.Read(file, Embeddings, settings)
            : Definitions.Shipped(Path.Combine(folder, "wordnet-definitions.tsv"), settings);
        var rows = CategorizedText.Read(settings.Data?.FullName ?? Path.Combine(folder, "wordnet-glosses.tsv"));
        Held = rows[..Math.Min(rows.Length, settings.HeldOut)];
        var near = new NearDuplicates([
            .. Held.Select(row => row.Text),
            .. Definitions.Asked.SelectMany(word => word.Definitions),
        ]);
        Known = [.. rows.Skip(Held.Count).Where(row => !near.Has(row.Text)).Take(settings.Texts)];
        if (Known.Count < Held.Count)
        {
            throw new InvalidDataException(
                $"{rows.Length} texts leave {Known.Count} to learn from where {Held.Count} are held out; expected at least as many. Give --data with more texts or hold out fewer."
            );
        }

        Pairs = [.. settings.Pairs.Select(file => (Name(file), TextPairFile.Read(file.FullName)))];
        Probing =
        [
            (
                "category",
                [.. Known.Select(Category(ProbingSplit.Training)), .. Held.Select(Category(ProbingSplit.Test))]
            ),
            .. settings.Probing.Select(file => (Name(file), ProbingFile.Read(file.FullName))),
        ];
        Fingerprint = PaperTables.Fingerprint.Of(
            new
            {
                Known,
                Held,
                Pairs,
                Probing,
                Definitions,
            }
        );
    }

    /// <summary>Texts to learn from: none nearly repeats a held-out one, nor a definition of a held-out word.</summary>
    public IReadOnlyList<CategorizedText> Known { get; }

    public IReadOnlyList<CategorizedText> Held { get; }

    public IReadOnlyList<(string Name, IReadOnlyList<TextPair> Pairs)> Pairs { get; }

    public IReadOnlyList<(string Name, IReadOnlyList<ProbingExample> Examples)> Probing { get; }

    public Definitions Definitions { get; }

    public WordEmbeddings Embeddings { get; }

    public WordVectors Vectors { get; }

    /// <summary>Of all that figures depend on.</summary>
    public string Fingerprint { get; }

    /// <summary>What they are made of, for the report.</summary>
    public string About =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Known.Count:N0} training texts, {Held.Count:N0} held out; no text that nearly repeats a held-out one is learnt from."
        );

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
