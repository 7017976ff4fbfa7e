using System.Globalization;
using Microsoft.ML.LlamaVae.Training;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.LlamaVae;

/// <summary>What a fit ends with in the MLContext's log.</summary>
internal static class TrainingLog
{
    // Another's latent misleads by less than this: the decoder hardly listens.
    private const double CollapseNatsPerToken = 0.01;

    public static void Write(IChannel channel, CvaeTrainingReport report, int missing)
    {
        WriteRun(channel, report.Run, $"{report.TrainingPairs} pairs");
        if (missing > 0)
        {
            channel.Warning(
                MessageSensitivity.None,
                "{0} rows without a condition or a latent (NaN, infinite, or a condition of zeros) were skipped.",
                missing
            );
        }
    }

    public static void Write(IChannel channel, VaeTrainingReport report)
    {
        WriteRun(channel, report.Run, $"{report.TrainingTexts} texts");
        if (report.SkippedTexts > 0)
        {
            channel.Warning(MessageSensitivity.None, "{0} blank texts were skipped.", report.SkippedTexts);
        }

        if (report.TruncatedTexts > 0)
        {
            channel.Warning(
                MessageSensitivity.None,
                "{0} texts were longer than MaxTokens and were cut.",
                report.TruncatedTexts
            );
        }

        if (
            report.Reconstruction is { } r
            && (r.ActiveUnits == 0 || r.ShuffledNatsPerToken - r.ReconstructionNatsPerToken < CollapseNatsPerToken)
        )
        {
            channel.Warning(
                MessageSensitivity.None,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The latent has collapsed: {r.ActiveUnits} of {r.LatentSize} units are active, and another text's latent costs only {r.ShuffledNatsPerToken - r.ReconstructionNatsPerToken:F3} nats/token. Raise FreeBits or WordDropout, lower Beta.Maximum, or train longer."
                )
            );
        }
    }

    private static void WriteRun(IChannel channel, TrainingResult run, string examples) =>
        channel.Info(
            MessageSensitivity.None,
            string.Create(
                CultureInfo.InvariantCulture,
                $"fitted on {examples} in {run.Steps} steps ({run.Stop}); weights of step {run.BestStep} kept"
            )
        );
}
