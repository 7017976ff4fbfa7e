using Microsoft.ML.LlamaVae.Bottleneck;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Evaluation;

/// <summary>Measures how well a model knows texts and tells them from their latents.</summary>
public static class LanguageModelEvaluator
{
    /// <summary>Evaluates the model on texts.</summary>
    /// <param name="model">The model.</param>
    /// <param name="texts">At least two, none of them empty.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <param name="languageModel">A model without a latent to set beside it, such as an <see cref="UnconditionalLanguageModel"/>; null for none.</param>
    /// <param name="cancellationToken">Stops between the passes.</param>
    /// <exception cref="ArgumentException">There are fewer than two texts, or one is empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public static LanguageModelReport Evaluate(
        ILatentTextModel model,
        IReadOnlyList<string> texts,
        LanguageModelOptions? options = null,
        ITextScorer? languageModel = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(model);
        Expect.Texts(texts, least: 2);
        options ??= new LanguageModelOptions();
        options.Validate();
        using var scope = NewDisposeScope();
        using var ungraded = no_grad();
        var (terms, own, kl) = ReconstructionEvaluator.Terms(model, texts, options.Seed, cancellationToken);
        var tokens = terms.TokensPerText * texts.Count;
        double[] reconstruction = [.. own.Select(score => -score.LogLikelihood)];
        double[] bound = [.. reconstruction.Zip(kl, (nats, klOfText) => nats + klOfText)]; // −ELBO [B]
        using var q = model.Encode(texts);
        var generated = model.Decode(q.Mu, cancellationToken: cancellationToken);
        var zero = model.Score(texts, zeros_like(q.Mu)); // z = 0 [B, D]
        var weighted = -ImportanceWeighted(model, texts, q, options, cancellationToken) / tokens;
        var (mu, logVar) = (LatentRows.Of(q.Mu), LatentRows.Of(q.LogVar));
        var used = Math.Min(options.InformationTexts, texts.Count);
        return new LanguageModelReport(
            terms,
            -zero.Sum(score => score.LogLikelihood) / tokens,
            LanguageModelScore.PerByte(texts, own, reconstruction),
            LanguageModelScore.PerByte(texts, own, bound),
            own.Count(score => score.IsCut),
            options.ImportanceSamples > 0 ? weighted : null,
            options.ImportanceSamples,
            Bleu.Corpus(generated, texts).Score,
            RougeL.Corpus(generated, [.. texts.Select(IReadOnlyList<string> (text) => [text])]).F1,
            ReconstructionCosine.Of(mu, Latents(model, generated), options.Seed),
            EmbeddingCosine(model, texts, generated, options.Seed),
            LatentStatistics.Information(mu[..used], logVar[..used], seed: options.Seed),
            languageModel is null ? null : LanguageModelScore.Of(languageModel.Name, texts, languageModel.Score(texts))
        );
    }

    // Σ_x log (1/S) Σ_s p(x|z_s) p(z_s)/q(z_s|x)
    private static double ImportanceWeighted(
        ILatentTextModel model,
        IReadOnlyList<string> texts,
        DiagonalGaussian q,
        LanguageModelOptions options,
        CancellationToken cancellationToken
    )
    {
        using var generator = new Generator((ulong)options.Seed, q.Mu.device);
        using var prior = new DiagonalGaussian(zeros_like(q.Mu), zeros_like(q.Mu));
        var weights = new double[texts.Count][]; // log w [B][S]
        for (var i = 0; i < weights.Length; i++)
        {
            weights[i] = new double[options.ImportanceSamples];
        }

        for (var s = 0; s < options.ImportanceSamples; s++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var z = q.Sample(generator); // [B, D]
            var ratio = (prior.LogProbability(z) - q.LogProbability(z)).cpu().data<float>().ToArray(); // [B]
            var scores = model.Score(texts, z);
            for (var i = 0; i < weights.Length; i++)
            {
                weights[i][s] = scores[i].LogLikelihood + ratio[i];
            }
        }

        return options.ImportanceSamples == 0 ? 0 : weights.Sum(LogMeanExp);
    }

    private static double LogMeanExp(double[] values)
    {
        var max = values.Max();
        return max + Math.Log(values.Average(value => Math.Exp(value - max)));
    }

    private static float[][] Latents(ILatentTextModel model, IReadOnlyList<string> texts)
    {
        using var posterior = model.Encode(texts);
        return LatentRows.Of(posterior.Mu);
    }

    private static ReconstructionCosine? EmbeddingCosine(
        ILatentTextModel model,
        IReadOnlyList<string> texts,
        IReadOnlyList<string> generated,
        int seed
    )
    {
        if (model is not ISentenceEmbedder embedder)
        {
            return null;
        }

        using var before = embedder.Embed(texts); // [B, E]
        using var after = embedder.Embed(generated); // [B, E]
        return ReconstructionCosine.Of(LatentRows.Of(before), LatentRows.Of(after), seed);
    }
}
