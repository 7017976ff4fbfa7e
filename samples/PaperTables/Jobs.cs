using Microsoft.ML.LlamaVae.Training;

namespace PaperTables;

/// <summary>All runs in their order: seed by seed, so that a comparison that is stopped early has whole seeds.</summary>
internal sealed class Jobs(Settings settings, Tasks tasks, IReadOnlyList<Corpus> corpora)
{
    // Raise it when a run of the same settings would give other figures.
    private const int Version = 1;
    private readonly Contestants _contestants = new(settings);

    /// <summary>The names of the ablations among them; none where none is asked for.</summary>
    public IReadOnlySet<string> Ablations =>
        _contestants
            .Chosen()
            .Where(contestant => contestant.IsAblation)
            .Select(contestant => contestant.Name)
            .ToHashSet(StringComparer.Ordinal);

    public IEnumerable<Job> All()
    {
        var chosen = _contestants.Chosen();
        var language = _contestants.Main[0]; // LlamaVAE's decoder
        foreach (var seed in Enumerable.Range(1, settings.Seeds))
        {
            foreach (var contestant in chosen)
            {
                yield return Make(
                    Job.MainCorpus,
                    contestant.Name,
                    seed,
                    new { contestant, tasks.Fingerprint },
                    (progress, token) => new Run(contestant, seed, tasks, token).Figures(progress)
                );
            }

            string[] known = [.. tasks.Known.Select(row => row.Text)];
            string[] held = [.. tasks.Held.Select(row => row.Text)];
            yield return Language(Job.MainCorpus, LanguageModelling.Table, language, seed, known, held);
            foreach (var job in corpora.SelectMany(corpus => On(corpus, chosen, language, seed)))
            {
                yield return job;
            }
        }

        yield return Make("baselines", Job.MainCorpus, 0, tasks.Fingerprint, (_, _) => Baselines.Of(tasks));
    }

    private static IEnumerable<Job> On(Corpus corpus, IReadOnlyList<Contestant> chosen, Contestant language, int seed)
    {
        foreach (var contestant in chosen.Where(contestant => !contestant.IsAblation))
        {
            var own = contestant.With(corpus.Epochs);
            yield return Make(
                corpus.Name,
                own.Name,
                seed,
                new { own, corpus },
                (progress, token) => CorpusRun.Figures(own, corpus, seed, progress, token)
            );
        }

        string[] known = [.. corpus.Texts.Training];
        string[] held = [.. corpus.Texts.HeldOut];
        yield return Language(corpus.Name, corpus.Table, language.With(corpus.Epochs), seed, known, held);
    }

    private static Job Language(
        string corpus,
        string table,
        Contestant contestant,
        int seed,
        string[] known,
        string[] held
    ) =>
        Make(
            corpus,
            Baselines.NoLatent,
            seed,
            new
            {
                table,
                contestant,
                known,
                held,
            },
            (progress, token) => [Baselines.LanguageModel(table, contestant, seed, known, held, progress, token)]
        );

    private static Job Make<T>(
        string corpus,
        string model,
        int seed,
        T parts,
        Func<IProgress<TrainingProgress>, CancellationToken, IEnumerable<Figure>> work
    ) =>
        new(
            model,
            corpus,
            seed,
            Fingerprint.Of(
                new
                {
                    Version,
                    seed,
                    parts,
                }
            ),
            work
        );
}
