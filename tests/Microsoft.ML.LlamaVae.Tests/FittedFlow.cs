namespace Microsoft.ML.LlamaVae.Tests;

/// <summary>One small Invertible CVAE, fitted to latents that follow their conditions, which many tests read.</summary>
public sealed class FittedFlow : IDisposable
{
    public FittedFlow()
    {
        Data = Ml.Data.LoadFromEnumerable(Pair.Rows());
        Flow = Ml.Transforms.InvertibleCvae("Drawn", "Condition", "Latent", Pair.Options).Fit(Data);
    }

    public MLContext Ml { get; } = new(seed: 1);

    public IDataView Data { get; }

    public InvertibleCvaeTransformer Flow { get; }

    public void Dispose() => Flow.Dispose();
}
