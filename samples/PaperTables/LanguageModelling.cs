using Microsoft.ML.LlamaVae;
using Microsoft.ML.LlamaVae.Evaluation;

namespace PaperTables;

/// <summary>The figures of language modelling.</summary>
internal static class LanguageModelling
{
    public const string Table = "Language modelling";
    public const string OwnLatent = "nats/token, own z";
    public const string OtherLatent = "another's z";
    public const string Bound = "−ELBO";
    public const string WeightedBound = "IW bound";
    public const string Kl = "KL/text";
    public const string Bleu4 = "BLEU-4";
    public const string RougeL = "ROUGE-L";
    public const string Parameters = "parameters";

    /// <summary>Its columns and values; NaN where a plain autoencoder has none.</summary>
    public static IEnumerable<(string Column, double Value)> Of(
        Contestant contestant,
        LlamaVaeModel model,
        string[] held,
        int seed,
        double seconds,
        CancellationToken cancellationToken
    )
    {
        var isVariational = contestant.IsVariational;
        var report = LanguageModelEvaluator.Evaluate(
            model,
            held,
            new LanguageModelOptions { Seed = seed, ImportanceSamples = isVariational ? 10 : 0 },
            cancellationToken: cancellationToken
        );
        var terms = report.Reconstruction;
        return
        [
            (OwnLatent, terms.ReconstructionNatsPerToken),
            (OtherLatent, terms.ShuffledNatsPerToken),
            (Bound, isVariational ? terms.NegativeElboPerToken : double.NaN),
            (WeightedBound, report.ImportanceWeightedPerToken ?? double.NaN),
            (Kl, isVariational ? terms.Kl : double.NaN),
            ("active units", terms.ActiveUnits),
            ("mutual information", isVariational ? report.Information.MutualInformation : double.NaN),
            (Bleu4, report.Bleu4),
            (RougeL, report.RougeL),
            ("latent cosine", report.LatentCosine),
            (Parameters, model.ParameterCount),
            ("seconds of training", seconds),
        ];
    }
}
