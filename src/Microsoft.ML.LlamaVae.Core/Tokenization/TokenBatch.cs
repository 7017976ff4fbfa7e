using Microsoft.ML.LlamaVae.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Tokenization;

/// <summary>Rows of token ids padded on the right to the longest. Owns its tensors.</summary>
/// <param name="Ids">[B, S], int64.</param>
/// <param name="Mask">[B, S], bool, true at real tokens.</param>
internal sealed record TokenBatch(Tensor Ids, Tensor Mask) : IDisposable
{
    public static TokenBatch Pad(IReadOnlyList<int[]> rows, int padding, Device device)
    {
        TorchBackend.EnsureLoaded();
        var length = rows.Max(row => row.Length);
        var ids = new long[rows.Count * length];
        var mask = new bool[ids.Length];
        Array.Fill(ids, padding);
        for (var b = 0; b < rows.Count; b++)
        {
            for (var s = 0; s < rows[b].Length; s++)
            {
                ids[b * length + s] = rows[b][s];
                mask[b * length + s] = true;
            }
        }

        using var scope = NewDisposeScope();
        return new TokenBatch(
            tensor(ids, [rows.Count, length]).SendTo(device).MoveToOuterDisposeScope(),
            tensor(mask, [rows.Count, length]).SendTo(device).MoveToOuterDisposeScope()
        );
    }

    public void Dispose()
    {
        Ids.Dispose();
        Mask.Dispose();
    }
}
