namespace Microsoft.ML.LlamaVae.Evaluation;

/// <summary>Says how likely texts are: what judges the texts of another model.</summary>
public interface ITextScorer
{
    /// <summary>What the report calls it.</summary>
    string Name { get; }

    /// <summary>log p(x) of each text, or a bound on it.</summary>
    /// <param name="texts">At least one.</param>
    IReadOnlyList<TextScore> Score(IReadOnlyList<string> texts);
}
