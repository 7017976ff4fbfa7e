using System.Globalization;
using Microsoft.ML.LlamaVae.Training;
using Spectre.Console;

namespace QuickStart;

/// <summary>Training progress as a bar; plain lines where the output is not a terminal.</summary>
internal sealed class TrainingBar : IProgress<TrainingProgress>, IDisposable
{
    private readonly TaskCompletionSource _done = new();
    private readonly Task _display;
    private ProgressTask? _task;

    public TrainingBar()
    {
        var ready = new ManualResetEventSlim();
        _display = AnsiConsole
            .Progress()
            .Columns(
                new TaskDescriptionColumn { Alignment = Justify.Left },
                new ProgressBarColumn(),
                new PercentageColumn(),
                new RemainingTimeColumn()
            )
            .StartAsync(context =>
            {
                _task = context.AddTask("fitting the VAE");
                ready.Set();
                return _done.Task;
            });
        ready.Wait();
    }

    public void Report(TrainingProgress value)
    {
        _task!.MaxValue = value.Steps;
        _task.Value = value.Step;
        if (value.Step % 20 == 0 || value.Validation.Count > 0)
        {
            var terms = string.Join("  ", value.Terms.Select(term => $"{term.Name} {term.Value:F2}"));
            _task.Description = $"epoch {value.Epoch}/{value.Epochs}  {terms}  {value.UnitsPerSecond:F0} tokens/s";
        }

        if (value.Validation.Count > 0)
        {
            var terms = string.Join("  ", value.Validation.Select(term => $"{term.Name} {term.Value:F2} {term.Unit}"));
            AnsiConsole.MarkupLineInterpolated(
                CultureInfo.InvariantCulture,
                $"[grey]held out, step {value.Step}:[/] {terms}"
            );
        }
    }

    public void Stop()
    {
        _done.TrySetResult();
        _display.Wait();
    }

    public void Dispose() => Stop();
}
