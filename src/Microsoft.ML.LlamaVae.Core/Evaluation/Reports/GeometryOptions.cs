namespace Microsoft.ML.LlamaVae.Evaluation;

/// <summary>How <see cref="GeometryEvaluator"/> measures.</summary>
public sealed record GeometryOptions
{
    /// <summary>Pairs of texts whose latents are joined by a path.</summary>
    /// <value>50.</value>
    public int Paths { get; init; } = 50;

    /// <summary>Steps of a path; it has one point more.</summary>
    /// <value>10.</value>
    public int Steps { get; init; } = 10;

    /// <summary>Latents drawn from the prior.</summary>
    /// <value>200.</value>
    public int PriorSamples { get; init; } = 200;

    /// <summary>k of the nearest neighbours; fewer where there are fewer texts.</summary>
    /// <value>5.</value>
    public int Neighbours { get; init; } = 5;

    /// <summary>Seeds every draw.</summary>
    /// <value>0.</value>
    public int Seed { get; init; }

    /// <summary>Throws where a value is out of its range.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Names the option.</exception>
    public void Validate()
    {
        Expect.AtLeast(1, Paths, nameof(Paths));
        Expect.AtLeast(1, Steps, nameof(Steps));
        Expect.AtLeast(2, PriorSamples, nameof(PriorSamples));
        Expect.AtLeast(1, Neighbours, nameof(Neighbours));
    }
}
