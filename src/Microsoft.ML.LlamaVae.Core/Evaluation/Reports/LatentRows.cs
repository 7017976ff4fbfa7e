using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Evaluation;

/// <summary>Between tensors of latents and the rows that the metrics take.</summary>
internal static class LatentRows
{
    /// <summary>The rows of a tensor [B, D].</summary>
    public static float[][] Of(Tensor latents)
    {
        using var scope = NewDisposeScope();
        var values = latents.detach().to(float32).cpu().contiguous().data<float>().ToArray();
        return [.. values.Chunk((int)latents.size(1))];
    }

    /// <summary>[B, D] on the CPU; the caller owns it.</summary>
    public static Tensor ToTensor(IReadOnlyList<float[]> rows) =>
        tensor(rows.SelectMany(row => row).ToArray(), rows.Count, rows[0].Length);
}
