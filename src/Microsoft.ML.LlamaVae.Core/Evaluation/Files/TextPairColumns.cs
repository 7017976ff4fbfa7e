namespace Microsoft.ML.LlamaVae.Evaluation;

/// <summary>Which columns of a file with a header hold a text pair.</summary>
/// <param name="First">The column of the first text.</param>
/// <param name="Second">The column of the second text.</param>
/// <param name="Score">The column of the score.</param>
public sealed record TextPairColumns(string First, string Second, string Score)
{
    /// <summary>The columns of SICK.</summary>
    public static TextPairColumns Sick { get; } = new("sentence_A", "sentence_B", "relatedness_score");
}
