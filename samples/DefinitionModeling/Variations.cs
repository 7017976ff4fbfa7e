using Microsoft.ML;
using Microsoft.ML.LlamaVae;
using Microsoft.ML.LlamaVae.Flow;

namespace DefinitionModeling;

/// <summary>Where the words' information goes: p(z|c) of several kinds on the latents of one VAE, one seed each.</summary>
internal static class Variations
{
    private static readonly double[] s_temperatures = [0, 0.5, 1];

    public static void Run(int epochs)
    {
        var ml = new MLContext(seed: 1);
        var corpus = Corpus.Load(ml);
        using var space = new LatentSpace(ml, corpus, seed: 1, epochs);
        var judge = new Judge(corpus, space.Vae.Encoder);
        var paper = Settings.Flow(seed: 1);
        (string Name, InvertibleCvaeOptions Options)[] variations =
        [
            ("no condition", paper with { PriorMean = PriorMean.Zero }),
            ("K=0", paper with { Blocks = 0 }),
            ("Flow(tr)", paper),
            ("Flow(tr), conditioned couplings", paper with { ConditionCouplings = true }),
            ("Flow(tr), means instead of draws", paper with { LogVarianceColumnName = null }),
        ];
        foreach (var (name, options) in variations)
        {
            foreach (var (temperature, texts, nats) in space.Fit(options, s_temperatures))
            {
                var report = judge.Of(texts);
                Console.WriteLine(
                    FormattableString.Invariant(
                        $"{name, -34} temperature {temperature:F1}: BLEU-4 {report.Bleu4:F2}, ROUGE-L {report.RougeL:F4}, latent cosine {report.LatentCosine:F4}, {nats:F4} nats/dimension"
                    )
                );
            }
        }
    }
}
