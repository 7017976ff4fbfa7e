using System.Globalization;
using Microsoft.ML.LlamaVae.Training;
using Spectre.Console;

namespace PaperTables;

/// <summary>Prints how a run goes and keeps its loss.</summary>
internal sealed class LossCurve(string run) : IProgress<TrainingProgress>
{
    private const int Kept = 10;
    private const int Printed = 100;
    private readonly List<double> _steps = [];
    private readonly List<double> _values = [];

    public double[] Steps => [.. _steps];

    /// <summary>−log p(x|z), nats per token.</summary>
    public double[] Values => [.. _values];

    public void Report(TrainingProgress value)
    {
        if (value.Step % Kept == 0)
        {
            _steps.Add(value.Step);
            _values.Add(value.Terms[0].Value);
        }

        if (value.Step % Printed == 0)
        {
            var terms = string.Join("  ", value.Terms.Select(term => $"{term.Name} {term.Value:F2}"));
            AnsiConsole.MarkupLineInterpolated(
                CultureInfo.InvariantCulture,
                $"{run}: step {value.Step} of {value.Steps}  {terms}  {value.UnitsPerSecond:F0} tokens/s"
            );
        }
    }
}
