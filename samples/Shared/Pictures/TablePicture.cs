using ScottPlot;
using SkiaSharp;

namespace Samples.Pictures;

/// <summary>A table of texts as PNG, long cells wrapped.</summary>
internal static class TablePicture
{
    private const float Size = 14;
    private const float LineHeight = 20;
    private const float Padding = 8;
    private const float MostWidth = 220; // of a cell's text

    public static byte[] Png(IReadOnlyList<string> header, IReadOnlyList<IReadOnlyList<string>> rows)
    {
        using var typeface = Fonts.GetTypeface(Fonts.Default, bold: false, italic: false);
        using var font = new SKFont(typeface, Size);
        var cells = rows.Prepend(header).Select(row => row.Select(cell => Wrap(cell, font)).ToArray()).ToArray();
        var widths = header
            .Select((_, i) => 2 * Padding + cells.Max(row => row[i].Max(line => font.MeasureText(line))))
            .ToArray();
        var heights = cells.Select(row => 2 * Padding + LineHeight * row.Max(lines => lines.Count)).ToArray();
        using var surface = SKSurface.Create(
            new SKImageInfo((int)Math.Ceiling(widths.Sum()) + 1, (int)Math.Ceiling(heights.Sum()) + 1)
        );
        using var ink = new SKPaint { Color = SKColors.Black, IsAntialias = true };
        using var rule = new SKPaint { Color = SKColors.LightGray, IsStroke = true };
        surface.Canvas.Clear(SKColors.White);
        var y = 0f;
        for (var r = 0; r < cells.Length; y += heights[r++])
        {
            var x = 0f;
            for (var c = 0; c < widths.Length; x += widths[c++])
            {
                surface.Canvas.DrawRect(x, y, widths[c], heights[r], rule);
                for (var k = 0; k < cells[r][c].Count; k++)
                {
                    surface.Canvas.DrawText(
                        cells[r][c][k],
                        x + Padding,
                        y + Padding + Size + k * LineHeight,
                        font,
                        ink
                    );
                }
            }
        }

        using var image = surface.Snapshot();
        using var png = image.Encode(SKEncodedImageFormat.Png, 100);
        return png.ToArray();
    }

    private static List<string> Wrap(string text, SKFont font)
    {
        var lines = new List<string> { "" };
        foreach (var word in text.Split(' '))
        {
            var longer = lines[^1].Length == 0 ? word : $"{lines[^1]} {word}";
            if (lines[^1].Length > 0 && font.MeasureText(longer) > MostWidth)
            {
                lines.Add(word);
            }
            else
            {
                lines[^1] = longer;
            }
        }

        return lines;
    }
}
