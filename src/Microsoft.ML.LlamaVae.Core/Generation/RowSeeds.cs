using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Generation;

/// <summary>A random stream for each row that depends on the row's latent and a seed alone.</summary>
internal static class RowSeeds
{
    /// <summary>FNV-1a over the bits of each row and the seed.</summary>
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
                    foreach (var bits in MemoryMarshal.Cast<float, uint>(row))
                    {
                        hash = (hash ^ bits) * 16777619u;
                        hash ^= hash >> 15;
                    }

                    return (int)hash;
                }),
        ];
    }
}
