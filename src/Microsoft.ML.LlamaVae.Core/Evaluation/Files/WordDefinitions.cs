namespace Microsoft.ML.LlamaVae.Evaluation;

/// <summary>A word and its definitions.</summary>
/// <param name="Word">The word.</param>
/// <param name="Definitions">One for each sense, one or more.</param>
public sealed record WordDefinitions(string Word, IReadOnlyList<string> Definitions);
