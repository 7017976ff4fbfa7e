using Microsoft.ML.LlamaVae;
using Microsoft.ML.LlamaVae.Evaluation;
using Samples;
using Samples.Pictures;

namespace Evaluate;

/// <summary>The latent space around labelled texts: figures, a map, paths and traversals.</summary>
internal static class GeometryTask
{
    private const int Shown = 10;
    private const int Steps = 7;
    private const int TraversedDimensions = 4;
    private static readonly float[] s_traversal = [-2, -1, 0, 1, 2];

    public static IEnumerable<IEvaluationReport> Run(
        SavedPipeline pipeline,
        FileInfo file,
        Settings settings,
        HtmlReport page
    )
    {
        var model = pipeline.Model;
        var rows = TextFile.ReadLabelled(file.FullName, settings.LabelColumn, settings.TextColumn);
        var factors = settings.FactorColumns.Select(column => Values(TextFile.Read(file.FullName, column))).ToArray();
        string[] texts = [.. rows.Select(row => row.Text)];
        string[] labels = [.. rows.Select(row => row.Label)];
        var mu = Latents.Of(model.Encoder, texts); // [N][D]
        var disentanglement = factors.Length == 0 ? null : Disentanglement(mu, factors, settings.Seed); // first: it may refuse
        using var judge = LanguageModel.Open(settings);
        var report = GeometryEvaluator.Evaluate(
            model,
            texts,
            labels,
            settings.Vectors,
            judge?.Scorer,
            new GeometryOptions { Seed = settings.Seed }
        );
        page.Picture("Map of the latents", Picture.Map(mu, labels));
        Show(page, "Interpolation between the first two texts", ["step", "text"], Path(InterpolationKind.Linear));
        Show(
            page,
            "Spherical interpolation between the first two texts",
            ["step", "text"],
            Path(InterpolationKind.Spherical)
        );
        Show(
            page,
            "Traversal of dimensions, from the first text",
            ["dimension", .. s_traversal.Select(value => $"{value}")],
            [
                .. Enumerable
                    .Range(0, Math.Min(TraversedDimensions, model.LatentSize))
                    .Select(d => (string[])[$"{d}", .. GeometryEvaluator.Traverse(model, texts[0], d, s_traversal)]),
            ]
        );
        page.Table(
            "Texts from the prior",
            ["", "text"],
            report.Samples.Take(Shown).Select((text, i) => (string[])[$"{i + 1}", text])
        );
        return disentanglement is null ? [report] : [report, disentanglement];

        string[][] Path(InterpolationKind kind)
        {
            using var z = Latents.ToTensor(LatentInterpolation.Path(mu[0], mu[1], Steps, kind)); // [Steps + 1, D]
            return [.. model.Decode(z).Select((text, step) => (string[])[$"{step}", text])];
        }
    }

    private static DisentanglementReport Disentanglement(float[][] mu, int[][] factors, int seed) =>
        DisentanglementEvaluator.Evaluate(
            mu,
            [.. mu.Select((_, i) => factors.Select(factor => factor[i]).ToArray())],
            seed
        );

    // On the page as text, among the pictures as PNG.
    private static void Show(HtmlReport page, string heading, string[] header, string[][] rows)
    {
        page.Table(heading, header, rows);
        page.OtherPicture(heading, TablePicture.Png(header, rows));
    }

    private static int[] Values(IReadOnlyList<string> names)
    {
        var order = names.Distinct(StringComparer.Ordinal).ToList();
        return [.. names.Select(name => order.IndexOf(name))];
    }
}
