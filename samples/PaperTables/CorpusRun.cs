using Microsoft.ML.LlamaVae.Training;

namespace PaperTables;

/// <summary>Trains one model with one seed on a corpus and evaluates it as a language model.</summary>
internal static class CorpusRun
{
    public static IEnumerable<Figure> Figures(
        Contestant contestant,
        Corpus corpus,
        int seed,
        IProgress<TrainingProgress> progress,
        CancellationToken cancellationToken
    )
    {
        var (model, seconds) = contestant.Train(corpus.Texts.Training, seed, progress, cancellationToken);
        using var owned = model;
        return LanguageModelling
            .Of(contestant, model, [.. corpus.Texts.HeldOut], seed, seconds, cancellationToken)
            .Select(cell => new Figure(corpus.Table, cell.Column, contestant.Name, seed, cell.Value));
    }
}
