namespace Microsoft.ML.LlamaVae.Evaluation;

/// <summary>How <see cref="LanguageModelEvaluator"/> measures.</summary>
public sealed record LanguageModelOptions
{
    /// <summary>S, draws of z for each text in the importance-weighted bound; 0 leaves it out. Time grows with S.</summary>
    /// <value>10.</value>
    public int ImportanceSamples { get; init; } = 10;

    /// <summary>Texts for the mutual information, the first ones; time grows with the square.</summary>
    /// <value>1000.</value>
    public int InformationTexts { get; init; } = 1000;

    /// <summary>Seeds every draw.</summary>
    /// <value>0.</value>
    public int Seed { get; init; }

    /// <summary>Throws where a value is out of its range.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Names the option.</exception>
    public void Validate()
    {
        Expect.AtLeast(0, ImportanceSamples, nameof(ImportanceSamples));
        Expect.AtLeast(1, InformationTexts, nameof(InformationTexts));
    }
}
