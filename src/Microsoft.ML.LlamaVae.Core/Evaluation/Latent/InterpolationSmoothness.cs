namespace Microsoft.ML.LlamaVae.Evaluation;

/// <summary>Interpolation smoothness: how directly the decoded path goes from one sentence to the other.</summary>
/// <remarks>
/// IS = E[δ(s_1, s_T) / Σ_t δ(s_t, s_{t+1})] (the score of Zhang, Carvalho and Freitas, with word mover's distance as δ;
/// see <see cref="WordMoverDistance"/>). The ideal distance over the one walked: with a δ that obeys the triangle inequality
/// it lies between 0 and 1, and 1 means that no step leads astray.
/// </remarks>
public static class InterpolationSmoothness
{
    /// <summary>The smoothness of one path.</summary>
    /// <typeparam name="T">A text, or its embedding.</typeparam>
    /// <param name="path">s_1 … s_T, both ends included.</param>
    /// <param name="distance">δ, 0 or more.</param>
    /// <returns>
    /// NaN where it isn't defined: fewer than two points, no distance walked, or ends infinitely far apart. 0 where the path
    /// leads through a point that is infinitely far (a text without a known word).
    /// </returns>
    public static double OfPath<T>(IReadOnlyList<T> path, Func<T, T, double> distance)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(distance);
        if (path.Count < 2)
        {
            return double.NaN;
        }

        var walked = path.Zip(path.Skip(1), distance).Sum();
        return distance(path[0], path[^1]) / walked;
    }

    /// <summary>The mean over paths.</summary>
    /// <typeparam name="T">A text, or its embedding.</typeparam>
    /// <param name="paths">Each with both ends.</param>
    /// <param name="distance">δ, 0 or more.</param>
    /// <returns>The mean of the paths on which it is defined, and how many those are.</returns>
    public static InterpolationSmoothnessScore Of<T>(IEnumerable<IReadOnlyList<T>> paths, Func<T, T, double> distance)
    {
        ArgumentNullException.ThrowIfNull(paths);
        var scores = paths.Select(path => OfPath(path, distance)).ToArray();
        var defined = scores.Where(score => !double.IsNaN(score)).ToArray();
        return new InterpolationSmoothnessScore(defined.Sum() / defined.Length, defined.Length, scores.Length);
    }
}
