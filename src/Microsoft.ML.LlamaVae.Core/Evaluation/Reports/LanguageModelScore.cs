using System.Text;

namespace Microsoft.ML.LlamaVae.Evaluation;

/// <summary>−log p of texts, over the tokens and over the bytes that were scored.</summary>
/// <param name="Model">What scored them.</param>
/// <param name="NatsPerToken">Over the tokens of its own tokenizer: comparable between models that share one.</param>
/// <param name="NatsPerByte">Over the UTF-8 bytes of the texts that were not cut: comparable between all models; NaN where all were cut.</param>
/// <param name="CutTexts">Texts longer than its limit: they count up to the limit for the tokens, and not at all for the bytes.</param>
public sealed record LanguageModelScore(string Model, double NatsPerToken, double NatsPerByte, int CutTexts)
{
    internal static LanguageModelScore Of(string model, IReadOnlyList<string> texts, IReadOnlyList<TextScore> scores) =>
        new(
            model,
            -scores.Sum(score => score.LogLikelihood) / scores.Sum(score => (double)score.Tokens),
            PerByte(texts, scores, [.. scores.Select(score => -score.LogLikelihood)]),
            scores.Count(score => score.IsCut)
        );

    /// <summary>The sum of a value of each text over the bytes of its text; texts that were cut are in neither sum.</summary>
    internal static double PerByte(IReadOnlyList<string> texts, IReadOnlyList<TextScore> scores, double[] nats)
    {
        int[] whole = [.. Enumerable.Range(0, texts.Count).Where(i => !scores[i].IsCut)];
        return whole.Sum(i => nats[i]) / whole.Sum(i => (double)Encoding.UTF8.GetByteCount(texts[i]));
    }
}
