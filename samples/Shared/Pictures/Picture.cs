using Microsoft.ML.LlamaVae.Evaluation;
using ScottPlot;

namespace Samples.Pictures;

/// <summary>Charts as PNG.</summary>
internal static class Picture
{
    private const int Width = 900;
    private const int Height = 600;
    private const int MostGroups = 10;

    /// <summary>Labelled latents on their two principal components; the smaller groups are one. A latent of one dimension lies on a line.</summary>
    public static byte[] Map(IReadOnlyList<float[]> latents, IReadOnlyList<string> labels)
    {
        var isPlane = latents[0].Length > 1;
        var (coordinates, shares) = PrincipalComponents.Project(latents, isPlane ? 2 : 1);
        var largest = labels.CountBy(label => label).OrderByDescending(pair => pair.Value).Take(MostGroups);
        var named = largest.Select(pair => pair.Key).ToHashSet(StringComparer.Ordinal);
        using var plot = new Plot();
        foreach (
            var group in coordinates
                .Zip(labels, (point, label) => (Point: point, Label: named.Contains(label) ? label : "others"))
                .GroupBy(row => row.Label)
        )
        {
            var points = plot.Add.ScatterPoints(
                group.Select(row => row.Point[0]).ToArray(),
                group.Select(row => isPlane ? row.Point[1] : 0).ToArray()
            );
            points.LegendText = group.Key;
        }

        plot.XLabel(FormattableString.Invariant($"first component, {shares[0]:P0} of the variance"));
        plot.YLabel(isPlane ? FormattableString.Invariant($"second component, {shares[1]:P0}") : "");
        plot.ShowLegend(Edge.Right);
        return Png(plot);
    }

    /// <summary>Named curves over steps.</summary>
    public static byte[] Curves(string yLabel, IEnumerable<(string Name, double[] Steps, double[] Values)> curves)
    {
        using var plot = new Plot();
        foreach (var (name, steps, values) in curves)
        {
            plot.Add.ScatterLine(steps, values).LegendText = name;
        }

        plot.XLabel("step");
        plot.YLabel(yLabel);
        plot.ShowLegend(Edge.Right);
        return Png(plot);
    }

    private static byte[] Png(Plot plot) => plot.GetImageBytes(Width, Height, ImageFormat.Png);
}
