using System.Globalization;
using Microsoft.ML.LlamaVae.Training;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.LlamaVae;

/// <summary>What a fit ends with in the MLContext's log.</summary>
internal static class TrainingLog
{
    // Another's latent misleads by less than this: the decoder hardly listens.
    private const double CollapseNatsPerToken = 0.01;

    public static void Write(IChannel channel, VaeTrainingReport report)
    {
        channel.Info(
            MessageSensitivity.None,
            string.Create(
                CultureInfo.InvariantCulture,
                $"fitted on {report.TrainingTexts} texts in {report.Run.Steps} steps ({report.Run.Stop}); weights of step {report.Run.BestStep} kept"
            )
        );
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
}
