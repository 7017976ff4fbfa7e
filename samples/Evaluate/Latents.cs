using Microsoft.ML.LlamaVae;
using static TorchSharp.torch;

namespace Evaluate;

/// <summary>Between texts, rows of latents and tensors.</summary>
internal static class Latents
{
    /// <summary>The mean latents of texts [B][D]; the encoder makes its own batches.</summary>
    public static float[][] Of(LatentEncoder encoder, IReadOnlyList<string> texts)
    {
        using var posterior = encoder.Encode(texts);
        using var mu = posterior.Mu.cpu(); // [B, D]
        return [.. mu.data<float>().ToArray().Chunk(encoder.LatentSize)];
    }

    /// <summary>[B, D] on the CPU; the caller owns it.</summary>
    public static Tensor ToTensor(IReadOnlyList<float[]> rows) =>
        tensor([.. rows.SelectMany(row => row)], rows.Count, rows[0].Length);
}
