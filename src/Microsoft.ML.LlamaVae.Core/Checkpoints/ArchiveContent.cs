using Microsoft.ML.LlamaVae.Tokenization;

namespace Microsoft.ML.LlamaVae.Checkpoints;

/// <summary>What stands before the weights of a saved model.</summary>
/// <param name="Description">Everything but weights, as JSON.</param>
/// <param name="Tokenizer">Its tokenizer; null where it has none.</param>
/// <param name="Backbone">Where the backbone's weights came from; null where they started at random.</param>
internal sealed record ArchiveContent(string Description, ITextTokenizer? Tokenizer, BackboneReference? Backbone);
