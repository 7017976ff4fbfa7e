using System.Globalization;
using Microsoft.ML.LlamaVae.ModelFormat;
using Microsoft.ML.LlamaVae.Training;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.LlamaVae;

/// <summary>Training progress as lines in the MLContext's log; the MLContext's cancellation as ours.</summary>
internal sealed class ChannelProgress(
    IHost host,
    IChannel channel,
    CancellationTokenSource cancellation,
    IProgress<TrainingProgress>? next
) : IProgress<TrainingProgress>
{
    public void Report(TrainingProgress value)
    {
        if (host.IsCancelled())
        {
            cancellation.Cancel();
        }

        if (value.Validation.Count > 0)
        {
            channel.Info(
                MessageSensitivity.None,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"epoch {value.Epoch}/{value.Epochs}, step {value.Step}/{value.Steps}: {Terms(value.Terms)}; validation: {Terms(value.Validation)}; {value.UnitsPerSecond:F0} units/s, {value.Remaining:hh\\:mm\\:ss} left"
                )
            );
        }

        next?.Report(value);
    }

    private static string Terms(IReadOnlyList<LossTerm> terms) =>
        string.Join(
            ", ",
            terms.Select(term =>
                string.Create(CultureInfo.InvariantCulture, $"{term.Name} {term.Value:F3} {term.Unit}").TrimEnd()
            )
        );
}
