namespace Microsoft.ML.LlamaVae.Training;

/// <summary>Batches of similar length in random order, so that little is computed on padding.</summary>
internal static class LengthBuckets
{
    private const int BatchesPerPool = 20;

    /// <summary>Shuffles the examples, sorts each pool of 20 batches by length, cuts the batches and shuffles them.</summary>
    /// <param name="examples">Indices of examples.</param>
    /// <param name="length">Length of an example.</param>
    /// <param name="batchSize">Examples per batch; the last one of a pool may be smaller.</param>
    /// <param name="seed">The order is a function of it.</param>
    public static IReadOnlyList<int[]> Shuffle(
        IReadOnlyList<int> examples,
        Func<int, int> length,
        int batchSize,
        int seed
    )
    {
        var random = new Random(seed);
        var order = examples.ToArray();
        random.Shuffle(order);
        var batches = order
            .Chunk(batchSize * BatchesPerPool)
            .SelectMany(pool => pool.OrderBy(length).Chunk(batchSize))
            .ToArray();
        random.Shuffle(batches);
        return batches;
    }
}
