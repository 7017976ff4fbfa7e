using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Microsoft.ML.LlamaVae.Kernels;

/// <summary>The innermost loop: a tile of rows × one panel, with every sum in a register.</summary>
/// <remarks>Letters: N rows, I inputs, W outputs of a panel.</remarks>
/// <typeparam name="TLanes">What a register can do.</typeparam>
/// <typeparam name="TVector">The register.</typeparam>
internal static unsafe class TileProduct<TLanes, TVector>
    where TLanes : struct, ILanes<TVector>
    where TVector : struct
{
    private const int CacheLine = 16; // numbers

    /// <summary>y += x Wᵀ for the outputs of one panel.</summary>
    /// <param name="x">[I, N], the numbers of one input side by side.</param>
    /// <param name="depth">I.</param>
    /// <param name="panel">[I, W].</param>
    /// <param name="y">[N, W].</param>
    /// <param name="stride">Numbers from one row of y to the next.</param>
    /// <param name="ahead">What is read next, to be fetched into the cache meanwhile.</param>
    /// <param name="pace">Numbers to fetch per input.</param>
    /// <typeparam name="TRows">N.</typeparam>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TRows>(float* x, nint depth, float* panel, float* y, nint stride, float* ahead, nint pace)
        where TRows : struct, IRowCount
    {
        var a0 = TLanes.Load(y);
        var b0 = TLanes.Load(y + TLanes.Count);
        var a1 = TRows.Count > 1 ? TLanes.Load(y + 1 * stride) : default;
        var b1 = TRows.Count > 1 ? TLanes.Load(y + 1 * stride + TLanes.Count) : default;
        var a2 = TRows.Count > 2 ? TLanes.Load(y + 2 * stride) : default;
        var b2 = TRows.Count > 2 ? TLanes.Load(y + 2 * stride + TLanes.Count) : default;
        var a3 = TRows.Count > 3 ? TLanes.Load(y + 3 * stride) : default;
        var b3 = TRows.Count > 3 ? TLanes.Load(y + 3 * stride + TLanes.Count) : default;
        var a4 = TRows.Count > 4 ? TLanes.Load(y + 4 * stride) : default;
        var b4 = TRows.Count > 4 ? TLanes.Load(y + 4 * stride + TLanes.Count) : default;
        var a5 = TRows.Count > 5 ? TLanes.Load(y + 5 * stride) : default;
        var b5 = TRows.Count > 5 ? TLanes.Load(y + 5 * stride + TLanes.Count) : default;
        var a6 = TRows.Count > 6 ? TLanes.Load(y + 6 * stride) : default;
        var b6 = TRows.Count > 6 ? TLanes.Load(y + 6 * stride + TLanes.Count) : default;
        var a7 = TRows.Count > 7 ? TLanes.Load(y + 7 * stride) : default;
        var b7 = TRows.Count > 7 ? TLanes.Load(y + 7 * stride + TLanes.Count) : default;
        var a8 = TRows.Count > 8 ? TLanes.Load(y + 8 * stride) : default;
        var b8 = TRows.Count > 8 ? TLanes.Load(y + 8 * stride + TLanes.Count) : default;
        var a9 = TRows.Count > 9 ? TLanes.Load(y + 9 * stride) : default;
        var b9 = TRows.Count > 9 ? TLanes.Load(y + 9 * stride + TLanes.Count) : default;
        var a10 = TRows.Count > 10 ? TLanes.Load(y + 10 * stride) : default;
        var b10 = TRows.Count > 10 ? TLanes.Load(y + 10 * stride + TLanes.Count) : default;
        var a11 = TRows.Count > 11 ? TLanes.Load(y + 11 * stride) : default;
        var b11 = TRows.Count > 11 ? TLanes.Load(y + 11 * stride + TLanes.Count) : default;
        for (nint k = 0; k < depth; k++, x += TRows.Count, panel += 2 * TLanes.Count, ahead += pace)
        {
            Fetch(ahead, pace);
            var (left, right) = (TLanes.Load(panel), TLanes.Load(panel + TLanes.Count));
            var number = TLanes.Fill(x[0]);
            a0 = TLanes.MultiplyAdd(left, number, a0);
            b0 = TLanes.MultiplyAdd(right, number, b0);
            if (TRows.Count > 1)
            {
                number = TLanes.Fill(x[1]);
                a1 = TLanes.MultiplyAdd(left, number, a1);
                b1 = TLanes.MultiplyAdd(right, number, b1);
            }

            if (TRows.Count > 2)
            {
                number = TLanes.Fill(x[2]);
                a2 = TLanes.MultiplyAdd(left, number, a2);
                b2 = TLanes.MultiplyAdd(right, number, b2);
            }

            if (TRows.Count > 3)
            {
                number = TLanes.Fill(x[3]);
                a3 = TLanes.MultiplyAdd(left, number, a3);
                b3 = TLanes.MultiplyAdd(right, number, b3);
            }

            if (TRows.Count > 4)
            {
                number = TLanes.Fill(x[4]);
                a4 = TLanes.MultiplyAdd(left, number, a4);
                b4 = TLanes.MultiplyAdd(right, number, b4);
            }

            if (TRows.Count > 5)
            {
                number = TLanes.Fill(x[5]);
                a5 = TLanes.MultiplyAdd(left, number, a5);
                b5 = TLanes.MultiplyAdd(right, number, b5);
            }

            if (TRows.Count > 6)
            {
                number = TLanes.Fill(x[6]);
                a6 = TLanes.MultiplyAdd(left, number, a6);
                b6 = TLanes.MultiplyAdd(right, number, b6);
            }

            if (TRows.Count > 7)
            {
                number = TLanes.Fill(x[7]);
                a7 = TLanes.MultiplyAdd(left, number, a7);
                b7 = TLanes.MultiplyAdd(right, number, b7);
            }

            if (TRows.Count > 8)
            {
                number = TLanes.Fill(x[8]);
                a8 = TLanes.MultiplyAdd(left, number, a8);
                b8 = TLanes.MultiplyAdd(right, number, b8);
            }

            if (TRows.Count > 9)
            {
                number = TLanes.Fill(x[9]);
                a9 = TLanes.MultiplyAdd(left, number, a9);
                b9 = TLanes.MultiplyAdd(right, number, b9);
            }

            if (TRows.Count > 10)
            {
                number = TLanes.Fill(x[10]);
                a10 = TLanes.MultiplyAdd(left, number, a10);
                b10 = TLanes.MultiplyAdd(right, number, b10);
            }

            if (TRows.Count > 11)
            {
                number = TLanes.Fill(x[11]);
                a11 = TLanes.MultiplyAdd(left, number, a11);
                b11 = TLanes.MultiplyAdd(right, number, b11);
            }
        }

        Store(a0, b0, y);
        if (TRows.Count > 1)
        {
            Store(a1, b1, y + 1 * stride);
        }

        if (TRows.Count > 2)
        {
            Store(a2, b2, y + 2 * stride);
        }

        if (TRows.Count > 3)
        {
            Store(a3, b3, y + 3 * stride);
        }

        if (TRows.Count > 4)
        {
            Store(a4, b4, y + 4 * stride);
        }

        if (TRows.Count > 5)
        {
            Store(a5, b5, y + 5 * stride);
        }

        if (TRows.Count > 6)
        {
            Store(a6, b6, y + 6 * stride);
        }

        if (TRows.Count > 7)
        {
            Store(a7, b7, y + 7 * stride);
        }

        if (TRows.Count > 8)
        {
            Store(a8, b8, y + 8 * stride);
        }

        if (TRows.Count > 9)
        {
            Store(a9, b9, y + 9 * stride);
        }

        if (TRows.Count > 10)
        {
            Store(a10, b10, y + 10 * stride);
        }

        if (TRows.Count > 11)
        {
            Store(a11, b11, y + 11 * stride);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Fetch(float* ahead, nint pace)
    {
        if (!Sse.IsSupported)
        {
            return;
        }

        if (pace < 2 * TLanes.Count)
        {
            Sse.Prefetch1(ahead);
            return;
        }

        Sse.Prefetch0(ahead);
        if (pace > CacheLine)
        {
            Sse.Prefetch0(ahead + CacheLine);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(TVector a, TVector b, float* to)
    {
        TLanes.Store(a, to);
        TLanes.Store(b, to + TLanes.Count);
    }
}
