using Microsoft.ML.LlamaVae;
using Microsoft.ML.LlamaVae.Generation;
using Microsoft.ML.LlamaVae.ModelFormat;

namespace Microsoft.ML;

/// <summary>LlaMaVAE's components in the catalogs of ML.NET.</summary>
public static class LlamaVaeCatalog
{
    /// <summary>Fits LlaMaVAE to a text column and maps texts to latent vectors.</summary>
    /// <param name="catalog">The text transforms.</param>
    /// <param name="outputColumnName">The column of latents: Vector of Single, of the latent size.</param>
    /// <param name="inputColumnName">The column of texts; null for the same name.</param>
    /// <param name="latentSize">D.</param>
    /// <param name="epochs">Passes over the data.</param>
    public static LlamaVaeEstimator LlamaVae(
        this TransformsCatalog.TextTransforms catalog,
        string outputColumnName,
        string? inputColumnName = null,
        int latentSize = 32,
        int epochs = 10
    )
    {
        var options = new LlamaVaeOptions { LatentSize = latentSize };
        return LlamaVae(
            catalog,
            outputColumnName,
            inputColumnName,
            options with
            {
                Trainer = options.Trainer with { Training = options.Trainer.Training with { Epochs = epochs } },
            }
        );
    }

    /// <summary>Fits LlaMaVAE to a text column and maps texts to latent vectors.</summary>
    /// <param name="catalog">The text transforms.</param>
    /// <param name="outputColumnName">The column of latents: Vector of Single, of the latent size.</param>
    /// <param name="inputColumnName">The column of texts; null for the same name.</param>
    /// <param name="options">All options.</param>
    public static LlamaVaeEstimator LlamaVae(
        this TransformsCatalog.TextTransforms catalog,
        string outputColumnName,
        string? inputColumnName,
        LlamaVaeOptions options
    )
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new LlamaVaeEstimator(catalog.Environment(), outputColumnName, inputColumnName, options);
    }

    /// <summary>Turns latents into texts with a decoder; greedy.</summary>
    /// <param name="catalog">The text transforms.</param>
    /// <param name="outputColumnName">The column of texts.</param>
    /// <param name="inputColumnName">The column of latents.</param>
    /// <param name="decoder">The decoder; the components take it over and dispose it with the last of them.</param>
    public static LatentToTextEstimator LatentToText(
        this TransformsCatalog.TextTransforms catalog,
        string outputColumnName,
        string inputColumnName,
        LatentDecoder decoder
    ) => LatentToText(catalog, outputColumnName, inputColumnName, decoder, new GenerationOptions());

    /// <summary>Turns latents into texts with a decoder.</summary>
    /// <param name="catalog">The text transforms.</param>
    /// <param name="outputColumnName">The column of texts.</param>
    /// <param name="inputColumnName">The column of latents.</param>
    /// <param name="decoder">The decoder; the components take it over and dispose it with the last of them.</param>
    /// <param name="options">How to generate.</param>
    public static LatentToTextEstimator LatentToText(
        this TransformsCatalog.TextTransforms catalog,
        string outputColumnName,
        string inputColumnName,
        LatentDecoder decoder,
        GenerationOptions options
    )
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(decoder);
        ArgumentNullException.ThrowIfNull(options);
        return new LatentToTextEstimator(
            catalog.Environment(),
            outputColumnName,
            inputColumnName,
            new Shared<LatentDecoder>(decoder),
            options
        );
    }
}
