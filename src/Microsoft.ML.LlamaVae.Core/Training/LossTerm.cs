namespace Microsoft.ML.LlamaVae.Training;

/// <summary>One raw term of the loss, neither scaled nor thresholded.</summary>
/// <param name="Name">For example "reconstruction", "kl", "beta".</param>
/// <param name="Value">The mean since the last report, or over the held-out examples.</param>
/// <param name="Unit">For example "nats/token", "nats/sentence", or "".</param>
public readonly record struct LossTerm(string Name, double Value, string Unit);
