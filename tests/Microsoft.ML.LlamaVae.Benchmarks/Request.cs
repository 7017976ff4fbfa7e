namespace Microsoft.ML.LlamaVae.Benchmarks;

/// <summary>What the command line asks for.</summary>
/// <param name="Rounds">Rounds that count.</param>
/// <param name="Filters">Which of the parts, as BenchmarkDotNet takes patterns.</param>
internal sealed record Request(int Rounds, IReadOnlyList<string> Filters);
