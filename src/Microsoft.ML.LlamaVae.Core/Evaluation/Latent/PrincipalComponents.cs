using Microsoft.ML.LlamaVae.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Evaluation;

/// <summary>The directions in which latents vary most: for maps of a latent space.</summary>
public static class PrincipalComponents
{
    /// <summary>Projects vectors on the first components of their own covariance.</summary>
    /// <param name="vectors">N vectors of D finite numbers, N at least 2.</param>
    /// <param name="count">Components, at most D.</param>
    /// <returns>N vectors of <paramref name="count"/> coordinates, and the part of the variance in each component. The sign of a component is such that its largest weight is positive.</returns>
    /// <exception cref="ArgumentException">There are too few vectors, or they aren't a table.</exception>
    public static (IReadOnlyList<float[]> Coordinates, IReadOnlyList<double> VarianceShares) Project(
        IReadOnlyList<float[]> vectors,
        int count = 2
    )
    {
        ArgumentNullException.ThrowIfNull(vectors);
        Expect.AtLeast(2, vectors.Count, nameof(vectors));
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, vectors[0].Length);
        TorchBackend.EnsureLoaded();
        using var scope = NewDisposeScope();
        using var ungraded = no_grad();
        var rows = LatentRows.ToTensor(vectors).to(float64); // [N, D]
        var centred = rows - rows.mean([0], keepdim: true); // [N, D]
        var (values, directions) = linalg.eigh(centred.t().mm(centred)); // ascending [D], by column [D, D]
        var main = directions.flip(1).narrow(1, 0, count); // [D, count]
        var largest = main.gather(0, main.abs().argmax(0, keepdim: true)); // [1, count]
        var projected = centred.mm(main * largest.sign()).to(float32); // [N, count]
        var shares = values.flip(0).narrow(0, 0, count) / values.sum();
        return ([.. projected.data<float>().ToArray().Chunk(count)], shares.data<double>().ToArray());
    }
}
