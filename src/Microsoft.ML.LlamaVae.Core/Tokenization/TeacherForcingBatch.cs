using Microsoft.ML.LlamaVae.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Tokenization;

/// <summary>
/// What a decoder reads and what it must say: BOS + tokens → tokens + EOS, the whole sentence in one pass. Owns its tensors.
/// </summary>
/// <param name="Inputs">[B, T], int64, padded on the right.</param>
/// <param name="Positions">[N], int64: places of the N real target tokens in the flattened [B·T], row by row.</param>
/// <param name="Targets">[N], int64.</param>
/// <param name="Lengths">Target tokens of each row; their sum is N.</param>
internal sealed record TeacherForcingBatch(Tensor Inputs, Tensor Positions, Tensor Targets, int[] Lengths) : IDisposable
{
    /// <summary>Makes the batch.</summary>
    /// <param name="targets">Target tokens of each row, EOS included where the text ends.</param>
    /// <param name="start">The first input token.</param>
    /// <param name="padding">What stands behind a shorter row; it is never a target.</param>
    /// <param name="device">Where the tensors go.</param>
    /// <param name="hide">Input tokens for which this is true are replaced (word dropout); null for none.</param>
    /// <param name="hidden">What replaces them.</param>
    public static TeacherForcingBatch Create(
        IReadOnlyList<int[]> targets,
        int start,
        int padding,
        Device device,
        Func<bool>? hide = null,
        int hidden = 0
    )
    {
        TorchBackend.EnsureLoaded();
        var length = targets.Max(row => row.Length);
        var inputs = new long[targets.Count * length];
        var positions = new List<long>(inputs.Length);
        var said = new List<long>(inputs.Length);
        Array.Fill(inputs, padding);
        for (var b = 0; b < targets.Count; b++)
        {
            for (var t = 0; t < targets[b].Length; t++)
            {
                var place = b * length + t;
                inputs[place] =
                    t == 0 ? start
                    : hide?.Invoke() == true ? hidden
                    : targets[b][t - 1];
                positions.Add(place);
                said.Add(targets[b][t]);
            }
        }

        using var scope = NewDisposeScope();
        return new TeacherForcingBatch(
            tensor(inputs, [targets.Count, length]).SendTo(device).MoveToOuterDisposeScope(),
            tensor(positions.ToArray()).SendTo(device).MoveToOuterDisposeScope(),
            tensor(said.ToArray()).SendTo(device).MoveToOuterDisposeScope(),
            [.. targets.Select(row => row.Length)]
        );
    }

    public void Dispose()
    {
        Inputs.Dispose();
        Positions.Dispose();
        Targets.Dispose();
    }
}
