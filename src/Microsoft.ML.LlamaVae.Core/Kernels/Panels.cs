namespace Microsoft.ML.LlamaVae.Kernels;

/// <summary>
/// A matrix [O, I] as its product wants to read it: panels of W outputs, in each of them the W numbers of one input side by side.
/// A view of native memory, which it doesn't own.
/// </summary>
/// <param name="start">The first number of the first panel.</param>
/// <param name="count">Panels: O / W, rounded up.</param>
/// <param name="depth">I.</param>
/// <param name="stride">Numbers from one panel to the next.</param>
internal readonly unsafe struct Panels(float* start, int count, int depth, nint stride)
{
    public float* Start => start;

    public int Count => count;

    public int Depth => depth;

    public nint Stride => stride;

    /// <summary>Some of the panels.</summary>
    public Panels Slice(int first, int length) => new(start + first * stride, length, depth, stride);
}
