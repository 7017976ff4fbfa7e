namespace Microsoft.ML.LlamaVae;

/// <summary>How latents are drawn from p(z|c).</summary>
/// <remarks>A row's draws depend on <see cref="Seed"/> and its condition alone: not on its place in the data, nor on batches or threads.</remarks>
public sealed record LatentSampling
{
    /// <summary>τ: 1 draws from p(z|c), less stays nearer to its middle, 0 gives the middle itself, which nothing random is in.</summary>
    /// <value>0 by default.</value>
    public double Temperature { get; init; }

    /// <summary>S: latents for each row. More than one make the column a vector of [S, D].</summary>
    /// <value>1 by default.</value>
    public int SamplesPerRow { get; init; } = 1;

    /// <summary>Another seed gives other draws.</summary>
    /// <value>0 by default.</value>
    public int Seed { get; init; }

    /// <summary>Checks the values.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range; names it, the range and the value.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(SamplesPerRow, 1);
        if (!(Temperature >= 0 && double.IsFinite(Temperature)))
        {
            throw new ArgumentOutOfRangeException(nameof(Temperature), Temperature, "Must be finite and at least 0.");
        }
    }
}
