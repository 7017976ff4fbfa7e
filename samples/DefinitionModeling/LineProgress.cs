using System.Globalization;
using Microsoft.ML.LlamaVae.Training;
using Spectre.Console;

namespace DefinitionModeling;

/// <summary>Progress as a line for each tenth of the way: two fits run side by side.</summary>
internal sealed class LineProgress(string name) : IProgress<TrainingProgress>
{
    private int _tenth;

    public void Report(TrainingProgress value)
    {
        var tenth = 10 * value.Step / value.Steps;
        if (tenth > _tenth)
        {
            _tenth = tenth;
            var terms = value.Validation.Count > 0 ? value.Validation : value.Terms;
            var text = string.Join("  ", terms.Select(term => $"{term.Name} {term.Value:F2}"));
            AnsiConsole.MarkupLineInterpolated(
                CultureInfo.InvariantCulture,
                $"[grey]{name}[/] {10 * tenth}%  {text}  {value.UnitsPerSecond:F0}/s  {value.Remaining:mm\\:ss} left"
            );
        }
    }
}
