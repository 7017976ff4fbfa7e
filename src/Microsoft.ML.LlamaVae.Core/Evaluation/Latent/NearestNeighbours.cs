namespace Microsoft.ML.LlamaVae.Evaluation;

/// <summary>k-nearest-neighbour accuracy: whether latents of one label lie together.</summary>
/// <remarks>
/// The label most frequent among the k nearest rows; of equally frequent labels the smallest, of equally near rows the
/// first; a row without a distance (the cosine of a zero vector) is the farthest. The share of rows whose label is hit, 0 to 1; compare with the share of the most frequent label.
/// </remarks>
public static class NearestNeighbours
{
    /// <summary>Each row is classified by all the others.</summary>
    /// <param name="latents">[N][D].</param>
    /// <param name="labels">[N].</param>
    /// <param name="neighbours">k, at most N − 1.</param>
    /// <param name="distance">How distances are taken.</param>
    /// <exception cref="ArgumentException">The numbers of rows differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">k is below 1 or above N − 1.</exception>
    public static double LeaveOneOutAccuracy(
        IReadOnlyList<float[]> latents,
        IReadOnlyList<int> labels,
        int neighbours = 5,
        VectorDistance distance = VectorDistance.Euclidean
    )
    {
        Check(latents, labels, neighbours, latents?.Count - 1 ?? 0);
        var rows = Enumerable.Range(0, latents!.Count);
        return rows.Average(row =>
            Vote(latents[row], latents, labels, row, neighbours, distance) == labels[row] ? 1.0 : 0.0
        );
    }

    /// <summary>Each row of the test set is classified by the training set.</summary>
    /// <param name="latents">Training latents [N][D].</param>
    /// <param name="labels">Training labels [N].</param>
    /// <param name="testLatents">[M][D].</param>
    /// <param name="testLabels">[M].</param>
    /// <param name="neighbours">k, at most N.</param>
    /// <param name="distance">How distances are taken.</param>
    /// <exception cref="ArgumentException">The numbers of rows or of dimensions differ.</exception>
    /// <exception cref="ArgumentOutOfRangeException">k is below 1 or above N.</exception>
    public static double Accuracy(
        IReadOnlyList<float[]> latents,
        IReadOnlyList<int> labels,
        IReadOnlyList<float[]> testLatents,
        IReadOnlyList<int> testLabels,
        int neighbours = 5,
        VectorDistance distance = VectorDistance.Euclidean
    )
    {
        Check(latents, labels, neighbours, latents?.Count ?? 0);
        ArgumentNullException.ThrowIfNull(testLabels);
        Expect.Rectangular(testLatents, nameof(testLatents));
        Expect.SameCount(testLatents.Count, testLabels.Count, nameof(testLatents), nameof(testLabels));
        return testLatents
            .Zip(testLabels)
            .Average(test =>
                Vote(test.First, latents!, labels, exclude: -1, neighbours, distance) == test.Second ? 1.0 : 0.0
            );
    }

    private static void Check(IReadOnlyList<float[]>? latents, IReadOnlyList<int> labels, int neighbours, int most)
    {
        ArgumentNullException.ThrowIfNull(latents);
        ArgumentNullException.ThrowIfNull(labels);
        Expect.Rectangular(latents, nameof(latents));
        Expect.SameCount(latents.Count, labels.Count, nameof(latents), nameof(labels));
        if (neighbours < 1 || neighbours > most)
        {
            throw new ArgumentOutOfRangeException(
                nameof(neighbours),
                neighbours,
                $"neighbours is {neighbours}; with {latents.Count} rows it can be 1 to {most}."
            );
        }
    }

    private static int Vote(
        float[] query,
        IReadOnlyList<float[]> latents,
        IReadOnlyList<int> labels,
        int exclude,
        int neighbours,
        VectorDistance distance
    )
    {
        var nearest = new PriorityQueue<int, (double Distance, int Row)>(
            Comparer<(double Distance, int Row)>.Create((a, b) => b.CompareTo(a)) // the farthest comes out first
        );
        for (var row = 0; row < latents.Count; row++)
        {
            if (row == exclude)
            {
                continue;
            }

            var apart = VectorMeasure.Distance(query, latents[row], distance);
            var place = (double.IsNaN(apart) ? double.PositiveInfinity : apart, row); // NaN would sort first
            if (nearest.Count < neighbours)
            {
                nearest.Enqueue(row, place);
            }
            else
            {
                nearest.EnqueueDequeue(row, place);
            }
        }

        return nearest
            .UnorderedItems.CountBy(item => labels[item.Element])
            .OrderByDescending(vote => vote.Value)
            .ThenBy(vote => vote.Key)
            .First()
            .Key;
    }
}
