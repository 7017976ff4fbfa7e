namespace Microsoft.ML.LlamaVae.Evaluation;

/// <summary>Silhouette (Rousseeuw 1987): how well labelled groups are separated in the latent space.</summary>
public static class Silhouette
{
    /// <summary>The mean over the rows of (b − a)/max(a, b).</summary>
    /// <remarks>
    /// a: mean distance to the others of the own group; b: the smallest mean distance to another group. A row alone in its
    /// group, or with a = b = 0, counts 0 (as scikit-learn has it). Time grows with N²·D.
    /// </remarks>
    /// <param name="latents">[N][D].</param>
    /// <param name="labels">The group of each row [N].</param>
    /// <param name="distance">How distances are taken.</param>
    /// <returns>−1 to 1.</returns>
    /// <exception cref="ArgumentException">
    /// The numbers of rows differ, or there are not between 2 and N − 1 groups: the score isn't defined then.
    /// </exception>
    public static double Mean(
        IReadOnlyList<float[]> latents,
        IReadOnlyList<int> labels,
        VectorDistance distance = VectorDistance.Euclidean
    )
    {
        ArgumentNullException.ThrowIfNull(labels);
        Expect.Rectangular(latents, nameof(latents));
        Expect.SameCount(latents.Count, labels.Count, nameof(latents), nameof(labels));
        var groupOf = labels
            .Distinct()
            .Select((label, group) => (label, group))
            .ToDictionary(p => p.label, p => p.group);
        if (groupOf.Count < 2 || groupOf.Count >= latents.Count)
        {
            throw new ArgumentException(
                $"labels has {groupOf.Count} groups of {latents.Count} rows; the silhouette needs 2 to {latents.Count - 1}.",
                nameof(labels)
            );
        }

        var groups = labels.Select(label => groupOf[label]).ToArray();
        var sizes = new int[groupOf.Count];
        foreach (var group in groups)
        {
            sizes[group]++;
        }

        return Enumerable.Range(0, groups.Length).Average(row => OfRow(row, latents, groups, sizes, distance));
    }

    private static double OfRow(
        int row,
        IReadOnlyList<float[]> latents,
        int[] groups,
        int[] sizes,
        VectorDistance distance
    )
    {
        var own = groups[row];
        if (sizes[own] == 1)
        {
            return 0;
        }

        var sums = new double[sizes.Length];
        for (var other = 0; other < groups.Length; other++)
        {
            if (other != row)
            {
                sums[groups[other]] += VectorMeasure.Distance(latents[row], latents[other], distance);
            }
        }

        var within = sums[own] / (sizes[own] - 1);
        var nearest = Enumerable
            .Range(0, sizes.Length)
            .Where(group => group != own)
            .Min(group => sums[group] / sizes[group]);
        var larger = Math.Max(within, nearest);
        return larger > 0 ? (nearest - within) / larger : larger; // the larger of two zeros is 0, of NaNs NaN
    }
}
