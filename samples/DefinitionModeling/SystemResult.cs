using Microsoft.ML.LlamaVae.Evaluation;

namespace DefinitionModeling;

/// <summary>A system's definitions of the test words, judged.</summary>
/// <param name="Name">The system.</param>
/// <param name="Seed">Of its weights and draws.</param>
/// <param name="Report">Text scores.</param>
/// <param name="NatsPerDimension">−log p(z|c)/D on the test pairs; null where the system has no such density.</param>
internal sealed record SystemResult(string Name, int Seed, DefinitionReport Report, double? NatsPerDimension = null);
