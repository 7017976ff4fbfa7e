using System.Globalization;
using Microsoft.ML.LlamaVae.Bottleneck;
using Microsoft.ML.LlamaVae.Generation;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Tests.Evaluation;

/// <summary>
/// A model whose every figure is known: a text is a number x, p(z) = N(0, 1), p(x|z) = N(x; z, 1), and so the exact posterior
/// is q(z|x) = N(x/2, 1/2) and p(x) = N(x; 0, 2). A text is one token; a latent's text is the rounded 2z. The embedding of a text
/// is [1, x]. A text of more characters than the limit counts as cut.
/// </summary>
internal sealed class GaussianModel(int limit = int.MaxValue) : ILatentTextModel, ISentenceEmbedder
{
    public int LatentSize => 1;

    public DiagonalGaussian Encode(IReadOnlyList<string> texts) =>
        new(
            tensor(texts.Select(text => (float)Number(text) / 2).ToArray(), texts.Count, 1),
            tensor(texts.Select(_ => MathF.Log(0.5f)).ToArray(), texts.Count, 1)
        );

    public IReadOnlyList<string> Decode(
        Tensor z,
        GenerationOptions? options = null,
        CancellationToken cancellationToken = default
    ) => [.. z.data<float>().Select(value => Math.Round(2 * value).ToString("0", CultureInfo.InvariantCulture))];

    public IReadOnlyList<TextScore> Score(IReadOnlyList<string> texts, Tensor z) =>
        [
            .. texts.Zip(
                z.data<float>().ToArray(),
                (text, value) => new TextScore(LogNormal(Number(text), value, 1), 1, text.Length > limit)
            ),
        ];

    public Tensor Embed(IReadOnlyList<string> texts) =>
        tensor(texts.SelectMany(text => new[] { 1, (float)Number(text) }).ToArray(), texts.Count, 2);

    public static double LogNormal(double x, double mean, double variance) =>
        -0.5 * ((x - mean) * (x - mean) / variance + Math.Log(2 * Math.PI * variance));

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
