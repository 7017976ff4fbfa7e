using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Microsoft.ML.LlamaVae.Kernels;

/// <summary>The rows of a tile as its product reads them: the numbers of one input side by side.</summary>
internal static unsafe class RowTile
{
    private const int Side = 4;

    /// <summary>[N, I] → [I, N].</summary>
    /// <param name="x">[N, I].</param>
    /// <param name="depth">I.</param>
    /// <param name="to">Room for N · I numbers.</param>
    public static void Interleave(Rows x, int depth, float* to)
    {
        var (rows, inputs) = Sse.IsSupported ? (x.Count / Side * Side, depth / Side * Side) : (0, 0);
        for (var row = 0; row < rows; row += Side)
        {
            var from = x.Start + (nint)row * x.Stride;
            for (var k = 0; k < inputs; k += Side)
            {
                Transpose(from + k, x.Stride, to + (nint)k * x.Count + row, x.Count);
            }
        }

        for (var row = 0; row < x.Count; row++)
        {
            var from = x.Start + (nint)row * x.Stride;
            for (var k = row < rows ? inputs : 0; k < depth; k++)
            {
                to[(nint)k * x.Count + row] = from[k];
            }
        }
    }

    // Four rows × four inputs.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transpose(float* from, nint stride, float* to, nint toStride)
    {
        var (a, b) = (Vector128.Load(from), Vector128.Load(from + stride));
        var (c, d) = (Vector128.Load(from + 2 * stride), Vector128.Load(from + 3 * stride));
        var (ab, cd) = (Sse.UnpackLow(a, b), Sse.UnpackLow(c, d)); // a0 b0 a1 b1, c0 d0 c1 d1
        Sse.MoveLowToHigh(ab, cd).Store(to);
        Sse.MoveHighToLow(cd, ab).Store(to + toStride);
        (ab, cd) = (Sse.UnpackHigh(a, b), Sse.UnpackHigh(c, d));
        Sse.MoveLowToHigh(ab, cd).Store(to + 2 * toStride);
        Sse.MoveHighToLow(cd, ab).Store(to + 3 * toStride);
    }
}
