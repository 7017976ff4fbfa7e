namespace Microsoft.ML.LlamaVae.Kernels;

/// <summary>A view of rows of numbers in native memory, which it doesn't own.</summary>
/// <param name="start">The first number of the first row.</param>
/// <param name="count">N.</param>
/// <param name="stride">Numbers from one row to the next.</param>
internal readonly unsafe struct Rows(float* start, int count, int stride)
{
    public float* Start => start;

    public int Count => count;

    public int Stride => stride;

    /// <summary>The numbers of one row.</summary>
    public Span<float> this[int row] => new(start + (nint)row * stride, stride);

    /// <summary>Some of the rows.</summary>
    public Rows Slice(int first, int length) => new(start + (nint)first * stride, length, stride);

    /// <summary>The rows without their first numbers.</summary>
    public Rows Right(int from) => new(start + from, count, stride);
}
