using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace DefinitionModeling;

/// <summary>Fits all systems on the same pairs, lets each define the same unseen words, and judges them alike.</summary>
internal static class Comparison
{
    public static async Task<int> Run(int seeds, int epochs)
    {
        var clock = Stopwatch.StartNew();
        var ml = new MLContext(seed: 1);
        var corpus = Corpus.Load(ml);

        // Two lanes, a core each: the ordinary CVAE is trained anew for each seed, the flows share one VAE.
        var cvaes = Task.Run(() =>
            Enumerable
                .Range(1, seeds)
                .Select(seed =>
                    (seed, TextSystems.OrdinaryCvae(corpus, seed, epochs, new LineProgress($"ordinary CVAE {seed}")))
                )
                .ToArray()
        );
        using var space = await Task.Run(() => new LatentSpace(ml, corpus, seed: 1, epochs));
        var judge = new Judge(corpus, space.Vae.Encoder);
        var results = new List<SystemResult>();
        TransformerChain<ITransformer>? saved = null;
        for (var seed = 1; seed <= seeds; seed++)
        {
            var flow = space.Fit(Settings.Flow(seed));
            saved ??= flow.Pipeline;
            Add("Flow(tr)", seed, flow.Texts, flow.NatsPerDimension);
            var all = space.Fit(Settings.Flow(seed), onAllPairs: true);
            Add("Flow(all)", seed, all.Texts, all.NatsPerDimension);
            var couplings = space.Fit(Settings.Flow(seed, conditionCouplings: true));
            Add("Flow(tr), conditioned couplings", seed, couplings.Texts, couplings.NatsPerDimension);
            var linear = space.Fit(Settings.Flow(seed, blocks: 0));
            Add("K=0", seed, linear.Texts, linear.NatsPerDimension);
            Add("random gloss", seed, TextSystems.RandomGloss(corpus, seed));
        }

        Add("nearest word", 1, TextSystems.NearestWord(corpus));
        Add("own gloss through the VAE", 1, space.Reconstructions());
        foreach (var (seed, texts) in await cvaes)
        {
            Add("ordinary CVAE", seed, texts);
        }

        Report.Examples(results.First(result => result.Name == "Flow(tr)").Report);
        Report.Figures(results, clock.Elapsed);
        await Report.Write(results);

        ml.Model.Save(saved!, ml.Data.LoadFromEnumerable(Array.Empty<Pair>()).Schema, Define.ModelFile);
        return await InAFreshProcess(corpus.TestWords.Take(5));

        void Add(string name, int seed, IReadOnlyList<string> texts, double? nats = null) =>
            results.Add(new SystemResult(name, seed, judge.Of(texts), nats));
    }

    // The saved pipeline knows nothing of this run: another process loads it and asks a prediction engine.
    private static async Task<int> InAFreshProcess(IEnumerable<string> words)
    {
        Console.WriteLine($"\nFrom {Define.ModelFile}, in a process of its own:");
        var start = new ProcessStartInfo("dotnet")
        {
            ArgumentList = { "exec", typeof(Comparison).Assembly.Location, "define" },
        };
        foreach (var word in words)
        {
            start.ArgumentList.Add(word);
        }

        using var process = Process.Start(start)!;
        await process.WaitForExitAsync();
        return process.ExitCode;
    }
}
