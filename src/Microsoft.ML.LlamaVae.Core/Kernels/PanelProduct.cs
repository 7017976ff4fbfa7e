using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Microsoft.ML.LlamaVae.Kernels;

/// <summary>
/// The product of rows with a matrix in <see cref="Panels"/>: it runs at the speed of reading the matrix while rows are few, and at
/// that of the multipliers where they are many.
/// </summary>
/// <remarks>
/// A row's sums run over its inputs in their order, whatever rows are beside it, so that its numbers don't depend on them, to the
/// last bit. The scheme is that of BLIS (Van Zee and van de Geijn 2015): a tile of rows × a panel is held in registers.
/// Letters: N rows, I inputs, O outputs, W outputs of a panel.
/// </remarks>
internal abstract unsafe class PanelProduct
{
    /// <summary>Rows that are brought into the order of their tiles together: few enough to stay in the cache.</summary>
    public const int BlockRows = 96;

    /// <summary>The one with the widest registers of this machine.</summary>
    public static PanelProduct Widest { get; } =
        Vector512.IsHardwareAccelerated ? new PanelProduct<Lanes512, Vector512<float>>(12)
        : Vector256.IsHardwareAccelerated
            ? new PanelProduct<Lanes256, Vector256<float>>(Avx512F.VL.IsSupported ? 12 : 6)
        : new PanelProduct<Lanes128, Vector128<float>>(Sse.IsSupported ? 6 : 12);

    /// <summary>W.</summary>
    public abstract int Width { get; }

    /// <summary>The most rows of a tile: its sums must fit into the registers.</summary>
    public abstract int TileRows { get; }

    /// <summary>O rounded up to whole panels.</summary>
    public int Pad(int outputs) => (outputs + Width - 1) / Width * Width;

    /// <summary>y = x Wᵀ.</summary>
    /// <param name="x">[N, I].</param>
    /// <param name="matrix">The panels.</param>
    /// <param name="y">[N, O], O rounded up to whole panels; it is not x.</param>
    /// <param name="scratch">Room for <see cref="BlockRows"/> · I numbers.</param>
    /// <param name="next">What will be read afterwards, to be fetched into the cache meanwhile; null for nothing.</param>
    /// <param name="threads">The most threads that share the panels; a small product stays on the calling one.</param>
    public abstract void Multiply(Rows x, Panels matrix, Rows y, float* scratch, float* next, int threads = 1);
}
