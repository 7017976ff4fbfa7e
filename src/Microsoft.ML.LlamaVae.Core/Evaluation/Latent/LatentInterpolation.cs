using System.Numerics.Tensors;

namespace Microsoft.ML.LlamaVae.Evaluation;

/// <summary>Points between two latents.</summary>
public static class LatentInterpolation
{
    /// <summary>The smallest sine of the angle for which the great circle is used.</summary>
    private const double Parallel = 1e-6;

    /// <summary>One point between two latents.</summary>
    /// <remarks>
    /// Spherical: sin((1 − t)ω)/sin ω · a + sin(tω)/sin ω · b, ω the angle between a and b. Where the angle gives no
    /// plane (parallel, opposite or zero vectors) the line is taken.
    /// </remarks>
    /// <param name="start">a [D].</param>
    /// <param name="end">b [D].</param>
    /// <param name="share">t: 0 is the start, 1 the end; outside the way goes on.</param>
    /// <param name="kind">Linear or spherical.</param>
    /// <returns>[D].</returns>
    /// <exception cref="ArgumentException">The latents differ in length.</exception>
    public static float[] Between(
        ReadOnlySpan<float> start,
        ReadOnlySpan<float> end,
        double share,
        InterpolationKind kind = InterpolationKind.Linear
    )
    {
        Expect.SameCount(start.Length, end.Length, nameof(start), nameof(end));
        var (first, second) = Weights(start, end, share, kind);
        var point = new float[start.Length];
        TensorPrimitives.Multiply(start, (float)first, point);
        TensorPrimitives.MultiplyAdd(end, (float)second, point, point);
        return point;
    }

    /// <summary>Evenly spaced points from one latent to another, both ends among them.</summary>
    /// <param name="start">a [D].</param>
    /// <param name="end">b [D].</param>
    /// <param name="steps">The number of steps; one more point comes back.</param>
    /// <param name="kind">Linear or spherical.</param>
    /// <returns>steps + 1 latents [D].</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is less than one step.</exception>
    /// <exception cref="ArgumentException">The latents differ in length.</exception>
    public static IReadOnlyList<float[]> Path(
        float[] start,
        float[] end,
        int steps,
        InterpolationKind kind = InterpolationKind.Linear
    )
    {
        Expect.AtLeast(1, steps, nameof(steps));
        return [.. Enumerable.Range(0, steps + 1).Select(step => Between(start, end, (double)step / steps, kind))];
    }

    private static (double First, double Second) Weights(
        ReadOnlySpan<float> start,
        ReadOnlySpan<float> end,
        double share,
        InterpolationKind kind
    )
    {
        var cosine = kind == InterpolationKind.Spherical ? VectorMeasure.Cosine(start, end) : 1;
        var angle = Math.Acos(cosine);
        var sine = Math.Sin(angle);
        return sine > Parallel // false for the NaN of a zero vector
            ? (Math.Sin((1 - share) * angle) / sine, Math.Sin(share * angle) / sine)
            : (1 - share, share);
    }
}
