using Microsoft.ML.LlamaVae.Evaluation;

namespace Microsoft.ML.LlamaVae.Tests.Evaluation;

/// <summary>−log p is 3 nats for each text of two tokens.</summary>
internal sealed class FixedScorer : ITextScorer
{
    public string Name => "fixed";

    public IReadOnlyList<TextScore> Score(IReadOnlyList<string> texts) => [.. texts.Select(_ => new TextScore(-3, 2))];
}
