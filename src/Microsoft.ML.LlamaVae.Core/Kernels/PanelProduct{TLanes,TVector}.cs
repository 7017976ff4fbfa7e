namespace Microsoft.ML.LlamaVae.Kernels;

/// <inheritdoc/>
/// <typeparam name="TLanes">What a register can do.</typeparam>
/// <typeparam name="TVector">The register; a panel is two of them wide.</typeparam>
internal sealed unsafe class PanelProduct<TLanes, TVector>(int tileRows) : PanelProduct
    where TLanes : struct, ILanes<TVector>
    where TVector : struct
{
    private const int BlockDepth = 768; // of many rows: what a tile and a panel of it take stays in the nearest caches
    private const int StepsAhead = 64; // of a panel that is read once
    private const int FewRows = 8; // take as long as one: the time is that of reading the matrix
    private const long CostOfAThread = 4 << 20; // multiplications that are worth waking one
    private const int SharesOfAThread = 4;
    private static readonly Tile[] s_tiles =
    [
        TileProduct<TLanes, TVector>.Run<RowCounts.One>,
        TileProduct<TLanes, TVector>.Run<RowCounts.Two>,
        TileProduct<TLanes, TVector>.Run<RowCounts.Three>,
        TileProduct<TLanes, TVector>.Run<RowCounts.Four>,
        TileProduct<TLanes, TVector>.Run<RowCounts.Five>,
        TileProduct<TLanes, TVector>.Run<RowCounts.Six>,
        TileProduct<TLanes, TVector>.Run<RowCounts.Seven>,
        TileProduct<TLanes, TVector>.Run<RowCounts.Eight>,
        TileProduct<TLanes, TVector>.Run<RowCounts.Nine>,
        TileProduct<TLanes, TVector>.Run<RowCounts.Ten>,
        TileProduct<TLanes, TVector>.Run<RowCounts.Eleven>,
        TileProduct<TLanes, TVector>.Run<RowCounts.Twelve>,
    ];

    private delegate void Tile(float* x, nint depth, float* panel, float* y, nint stride, float* ahead, nint pace);

    private static int PanelWidth => 2 * TLanes.Count;

    /// <inheritdoc/>
    public override int Width => PanelWidth;

    /// <inheritdoc/>
    public override int TileRows => tileRows;

    /// <inheritdoc/>
    public override void Multiply(Rows x, Panels matrix, Rows y, float* scratch, float* next, int threads = 1)
    {
        for (var first = 0; first < x.Count; first += BlockRows)
        {
            var rows = Math.Min(BlockRows, x.Count - first);
            var sharing = (int)Math.Min(threads, Cost(rows, matrix) / CostOfAThread);
            MultiplyBlock(x.Slice(first, rows), matrix, y.Slice(first, rows), scratch, next, sharing);
        }
    }

    // Multiplications, or the time of so many where the matrix is read for a few rows.
    private static long Cost(int rows, Panels matrix) =>
        (long)Math.Max(rows, FewRows) * matrix.Depth * matrix.Count * PanelWidth;

    private void MultiplyBlock(Rows x, Panels matrix, Rows y, float* scratch, float* next, int threads)
    {
        var tiles = (x.Count + tileRows - 1) / tileRows;
        var tiled = x.Count == 1 ? x.Start : Tiled(x, tiles, matrix.Depth, scratch);
        if (threads <= 1)
        {
            MultiplyPanels(tiled, tiles, matrix, y, next);
            return;
        }

        // Small shares: a thread that is held up holds the others up for a short while only.
        var size = (matrix.Count + SharesOfAThread * threads - 1) / (SharesOfAThread * threads);
        var shares = (matrix.Count + size - 1) / size;
        Parallel.For(
            0,
            shares,
            new ParallelOptions { MaxDegreeOfParallelism = threads },
            share =>
            {
                var first = share * size;
                var count = Math.Min(size, matrix.Count - first);
                MultiplyPanels(tiled, tiles, matrix.Slice(first, count), y.Right(first * PanelWidth), null);
            }
        );
    }

    private static void MultiplyPanels(float* tiled, int tiles, Panels matrix, Rows y, float* next)
    {
        for (var row = 0; row < y.Count; row++)
        {
            new Span<float>(y.Start + (nint)row * y.Stride, matrix.Count * PanelWidth).Clear();
        }

        var most = tiles == 1 ? Math.Max(1, matrix.Depth) : BlockDepth;
        for (var from = 0; from < matrix.Depth; from += most)
        {
            Accumulate(tiled, y.Count, tiles, matrix, from, Math.Min(most, matrix.Depth - from), y, next);
        }
    }

    // Adds what the inputs [from, from + depth) give.
    private static void Accumulate(
        float* x,
        int count,
        int tiles,
        Panels matrix,
        int from,
        int depth,
        Rows y,
        float* next
    )
    {
        // While a tile works, it fetches its share of the next panel; a lone tile of a deep one what it needs itself soon.
        var isDeep = tiles == 1 && depth > 2 * StepsAhead;
        var pace = tiles == 1 ? PanelWidth : Math.Max(1, PanelWidth / tiles);
        for (var panel = 0; panel < matrix.Count; panel++)
        {
            var start = matrix.Start + panel * matrix.Stride + (nint)from * PanelWidth;
            var ahead =
                isDeep ? start + StepsAhead * PanelWidth
                : panel + 1 < matrix.Count ? start + matrix.Stride
                : next is not null ? next
                : start;
            for (int tile = 0, first = 0; tile < tiles; tile++)
            {
                var rows = TileSize(count, first, tiles - tile);
                s_tiles[rows - 1]
                    (
                        x + (nint)first * matrix.Depth + (nint)from * rows,
                        depth,
                        start,
                        y.Start + (nint)first * y.Stride + (nint)panel * PanelWidth,
                        y.Stride,
                        ahead,
                        pace
                    );
                ahead += pace * (nint)depth;
                first += rows;
            }
        }
    }

    // Tiles of equal size, as far as that goes.
    private static int TileSize(int rows, int first, int tilesLeft) => (rows - first + tilesLeft - 1) / tilesLeft;

    // Tile by tile, in each the numbers of one input side by side.
    private static float* Tiled(Rows x, int tiles, int depth, float* scratch)
    {
        for (int tile = 0, first = 0; tile < tiles; tile++)
        {
            var rows = TileSize(x.Count, first, tiles - tile);
            RowTile.Interleave(x.Slice(first, rows), depth, scratch + (nint)first * depth);
            first += rows;
        }

        return scratch;
    }
}
