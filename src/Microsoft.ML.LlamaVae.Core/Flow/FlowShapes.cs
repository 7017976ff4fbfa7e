using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Flow;

/// <summary>What the flow takes.</summary>
internal static class FlowShapes
{
    /// <summary>Latents [B, D] with conditions [B, C].</summary>
    /// <exception cref="ArgumentException">They aren't.</exception>
    public static void CheckPairs(Tensor z, int latentSize, Tensor condition, int conditionSize)
    {
        Check(z, latentSize, nameof(z), "Latents");
        Check(condition, conditionSize, nameof(condition), "Conditions");
        if (condition.size(0) != z.size(0))
        {
            throw new ArgumentException(
                $"Each latent needs its condition: got {z.size(0)} latents and {condition.size(0)} conditions.",
                nameof(condition)
            );
        }
    }

    /// <summary>Rows [B, size].</summary>
    /// <exception cref="ArgumentException">They aren't.</exception>
    public static void Check(Tensor rows, int size, string name, string what)
    {
        ArgumentNullException.ThrowIfNull(rows, name);
        if (rows.dim() != 2 || rows.size(1) != size)
        {
            throw new ArgumentException(
                $"{what} must be [B, {size}] for this model; got [{string.Join(", ", rows.shape)}]. Use those it was fitted on.",
                name
            );
        }
    }
}
