namespace Microsoft.ML.LlamaVae.Training;

/// <summary>What a derived seed is for.</summary>
internal enum SeedStream
{
    Weights,
    Split,
    Order,
    Noise,
    Validation,
}
