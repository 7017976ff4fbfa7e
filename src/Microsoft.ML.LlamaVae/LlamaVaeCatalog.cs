using Microsoft.ML.LlamaVae;
using Microsoft.ML.LlamaVae.Embeddings;
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
    public static FittedEstimator<LatentToTextTransformer> LatentToText(
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
    /// <param name="samplesPerRow">S, latents in a row; a row of several gives a vector of as many texts.</param>
    public static FittedEstimator<LatentToTextTransformer> LatentToText(
        this TransformsCatalog.TextTransforms catalog,
        string outputColumnName,
        string inputColumnName,
        LatentDecoder decoder,
        GenerationOptions options,
        int samplesPerRow = 1
    )
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(decoder);
        ArgumentNullException.ThrowIfNull(options);
        return LatentToTextTransformer.Estimator(
            catalog.Environment(),
            outputColumnName,
            inputColumnName,
            new Shared<LatentDecoder>(decoder),
            options,
            samplesPerRow
        );
    }

    /// <summary>Fits the Invertible CVAE to pairs of condition and latent, and maps conditions to latents: the middle of p(z|c).</summary>
    /// <param name="catalog">The transforms.</param>
    /// <param name="outputColumnName">The column of latents that are made: Vector of Single, of the latents' size.</param>
    /// <param name="conditionColumnName">The column of conditions, word embeddings for example: Vector of numbers.</param>
    /// <param name="latentColumnName">The column of latents to learn from, read in the fit only: Vector of numbers.</param>
    /// <param name="blocks">K, blocks of the flow; 0 is the linear-Gaussian p(z|c).</param>
    /// <param name="epochs">Passes over the data.</param>
    public static InvertibleCvaeEstimator InvertibleCvae(
        this TransformsCatalog catalog,
        string outputColumnName,
        string conditionColumnName,
        string latentColumnName,
        int blocks = 10,
        int epochs = 30
    )
    {
        var options = new InvertibleCvaeOptions { Blocks = blocks };
        return InvertibleCvae(
            catalog,
            outputColumnName,
            conditionColumnName,
            latentColumnName,
            options with
            {
                Training = options.Training with { Epochs = epochs },
            }
        );
    }

    /// <summary>Fits the Invertible CVAE to pairs of condition and latent, and maps conditions to latents.</summary>
    /// <param name="catalog">The transforms.</param>
    /// <param name="outputColumnName">The column of latents that are made: Vector of Single, of the latents' size; [S, D] for S samples in a row.</param>
    /// <param name="conditionColumnName">The column of conditions, word embeddings for example: Vector of numbers.</param>
    /// <param name="latentColumnName">The column of latents to learn from, read in the fit only: Vector of numbers.</param>
    /// <param name="options">All options.</param>
    public static InvertibleCvaeEstimator InvertibleCvae(
        this TransformsCatalog catalog,
        string outputColumnName,
        string conditionColumnName,
        string latentColumnName,
        InvertibleCvaeOptions options
    )
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new InvertibleCvaeEstimator(
            catalog.Environment(),
            outputColumnName,
            conditionColumnName,
            latentColumnName,
            options
        );
    }

    /// <summary>Looks words up in a table of word embeddings; an unknown word's slots are NaN.</summary>
    /// <param name="catalog">The text transforms.</param>
    /// <param name="outputColumnName">The column of vectors: Vector of Single, of the table's size.</param>
    /// <param name="inputColumnName">The column of words; null for the same name.</param>
    /// <param name="embeddings">The table.</param>
    /// <param name="missingColumnName">A Boolean column that tells unknown words; null for none.</param>
    public static FittedEstimator<WordVectorTransformer> WordVectors(
        this TransformsCatalog.TextTransforms catalog,
        string outputColumnName,
        string? inputColumnName,
        WordEmbeddings embeddings,
        string? missingColumnName = null
    )
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return WordVectorTransformer.Estimator(
            catalog.Environment(),
            outputColumnName,
            inputColumnName,
            missingColumnName,
            embeddings
        );
    }
}
