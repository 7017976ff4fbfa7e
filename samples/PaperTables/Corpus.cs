using System.Globalization;
using Microsoft.ML.LlamaVae.Evaluation;

namespace PaperTables;

/// <summary>Texts that all models are trained on alone, for language modelling.</summary>
/// <param name="Name">As the tables say it.</param>
/// <param name="Texts">Learnt and held out.</param>
/// <param name="Epochs">Passes over the learnt ones.</param>
internal sealed record Corpus(string Name, HeldOutSplit Texts, int Epochs)
{
    private const int SplitSeed = 1;

    /// <summary>The title of its table.</summary>
    public string Table => $"{LanguageModelling.Table}: {Name}";

    /// <summary>What it is made of, for the report.</summary>
    public string About =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Name}: {Texts.Training.Count:N0} training texts in {Epochs} pass(es), {Texts.HeldOut.Count:N0} held out, {Texts.LeftOut:N0} left out because they repeat others or nearly repeat a held-out one."
        );

    /// <summary>Reads all corpora of the settings.</summary>
    /// <exception cref="ArgumentException">Two have one name.</exception>
    /// <exception cref="InvalidDataException">One is too small, or of no known form.</exception>
    public static IReadOnlyList<Corpus> ReadAll(Settings settings)
    {
        Corpus[] corpora = [.. settings.Corpora.Select(named => Read(named, settings))];
        return corpora.CountBy(corpus => corpus.Name).FirstOrDefault(name => name.Value > 1) is { Key: { } twice }
            ? throw new ArgumentException($"Two corpora are named '{twice}'. Name them: --corpora NAME=FILE.")
            : corpora;
    }

    // FILE or NAME=FILE
    private static Corpus Read(string named, Settings settings)
    {
        var (name, path) = named.IndexOf('=', StringComparison.Ordinal) is > 0 and var at
            ? (named[..at], named[(at + 1)..])
            : (Path.GetFileName(named).Split('.')[0], named);
        var texts = CorpusFile.Read(path);
        try
        {
            var split = HeldOutSplit.Of(texts, settings.HeldOut, SplitSeed);
            split = split with { Training = [.. split.Training.Take(settings.Texts)] };
            // As many texts are seen as in the main comparison.
            var passes = (double)settings.Texts * settings.Epochs / split.Training.Count;
            return new Corpus(name, split, Math.Max(1, (int)Math.Round(passes)));
        }
        catch (ArgumentException error)
        {
            throw new InvalidDataException($"{path} is too small: {error.Message}", error);
        }
    }
}
