using Microsoft.ML.LlamaVae.Evaluation;

namespace Evaluate;

/// <summary>Prints each probing task as it is done: the ten of SentEval take long.</summary>
internal sealed class ProbingLines : IProgress<ProbingReport>
{
    public void Report(ProbingReport value) => Console.WriteLine($"{value}\n");
}
