namespace Microsoft.ML.LlamaVae.Tests;

/// <summary>One small fitted model that many tests read.</summary>
public sealed class FittedVae : IDisposable
{
    public FittedVae()
    {
        Data = Ml.Data.LoadFromEnumerable(Gloss.Rows());
        Vae = Ml.Transforms.Text.LlamaVae("Latent", "Text", Gloss.Options).Fit(Data);
    }

    public MLContext Ml { get; } = new(seed: 1);

    public IDataView Data { get; }

    public LlamaVaeTransformer Vae { get; }

    public void Dispose() => Vae.Dispose();
}
