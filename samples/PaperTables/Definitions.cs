using System.Globalization;
using Microsoft.ML.LlamaVae.Embeddings;
using Microsoft.ML.LlamaVae.Evaluation;

namespace PaperTables;

/// <summary>A dictionary for definition modelling, split by word.</summary>
/// <param name="Learnt">Pairs that a flow is fitted to.</param>
/// <param name="Asked">Words that it has not seen, with all their glosses.</param>
/// <param name="About">What it is made of, for the report.</param>
internal sealed record Definitions(
    IReadOnlyList<(string Word, string Gloss)> Learnt,
    IReadOnlyList<WordDefinitions> Asked,
    string About
)
{
    private const int SplitSeed = 1;

    /// <summary>The sample definitions in their own split.</summary>
    public static Definitions Shipped(string path, Settings settings)
    {
        var rows = File.ReadLines(path)
            .Skip(1)
            .Select(line => line.Split('\t'))
            .ToLookup(fields => fields[0], fields => (Word: fields[1], Gloss: fields[2]));
        WordDefinitions[] asked =
        [
            .. rows["test"]
                .GroupBy(pair => pair.Word, pair => pair.Gloss, StringComparer.Ordinal)
                .Select(word => new WordDefinitions(word.Key, [.. word])),
        ];
        return Some([.. rows["train"]], asked, settings, "");
    }

    /// <summary>The user's dictionary; words without an embedding are left out.</summary>
    /// <exception cref="InvalidDataException">It is too small, or a line is wrong.</exception>
    public static Definitions Read(FileInfo file, WordEmbeddings embeddings, Settings settings)
    {
        var words = DefinitionFile.Read(file.FullName);
        try
        {
            var split = DefinitionSplit.Of(
                words,
                word => embeddings.TryGetVector(word, out _),
                settings.HeldOut,
                SplitSeed
            );
            var pairs = split.Training.SelectMany(word => word.Definitions.Select(gloss => (word.Word, gloss)));
            return Some(
                [.. pairs],
                split.HeldOut,
                settings,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $" {file.Name}: {split.Unknown:N0} words without an embedding are left out, and {split.LeftOut:N0} definitions that nearly repeat one of a held-out word."
                )
            );
        }
        catch (ArgumentException error)
        {
            throw new InvalidDataException($"{file.FullName} is too small: {error.Message}", error);
        }
    }

    private static Definitions Some(
        (string, string)[] learnt,
        IReadOnlyList<WordDefinitions> asked,
        Settings settings,
        string about
    )
    {
        new Random(SplitSeed).Shuffle(learnt);
        learnt = learnt[..Math.Min(learnt.Length, settings.Definitions)];
        return new Definitions(
            learnt,
            asked,
            string.Create(
                CultureInfo.InvariantCulture,
                $"Definition modelling: {learnt.Length:N0} pairs of a word and a definition, {asked.Count:N0} words held out.{about}"
            )
        );
    }
}
