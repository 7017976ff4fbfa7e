using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Generation;

/// <summary>A random stream for each row that depends on the row's latent and a seed alone.</summary>
internal static class RowSeeds
{
    /// <summary>FNV-1a over each row, rounded to 1/1024, and the seed.</summary>
    /// <remarks>Rounded: a latent that was computed in another batch differs in its last digits and keeps its stream.</remarks>
    /// <param name="rows">[B, D], float32.</param>
    /// <param name="seed">The same for all rows.</param>
    public static int[] Of(Tensor rows, int seed)
    {
        using var scope = NewDisposeScope();
        var values = rows.cpu().contiguous().data<float>().ToArray();
        var size = values.Length / (int)rows.size(0);
        return
        [
            .. values
                .Chunk(size)
                .Select(row =>
                {
                    var hash = 2166136261u ^ (uint)seed * 2654435761u;
                    foreach (var value in row)
                    {
                        hash = (hash ^ (uint)(int)MathF.Round(value * 1024)) * 16777619u;
                        hash ^= hash >> 15;
                    }

                    return (int)hash;
                }),
        ];
    }
}
