namespace Microsoft.ML.LlamaVae.DataView;

/// <summary>How many rows a model takes at once.</summary>
/// <param name="Size">Rows in a batch.</param>
/// <param name="LookAhead">Batches that are read ahead, so that rows that cost about the same can share one.</param>
internal readonly record struct Batching(int Size, int LookAhead);
