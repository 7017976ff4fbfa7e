using Microsoft.ML.LlamaVae.Bottleneck;
using Microsoft.ML.LlamaVae.Checkpoints;
using Microsoft.ML.LlamaVae.Decoder;
using Microsoft.ML.LlamaVae.Encoder;
using Microsoft.ML.LlamaVae.Layers;
using Microsoft.ML.LlamaVae.Native;
using Microsoft.ML.LlamaVae.Tokenization;
using Microsoft.ML.LlamaVae.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae;

/// <summary>Makes the parts of a model from a configuration: from checkpoints where folders are given, else from random weights.</summary>
internal sealed class LlamaVaeBuilder(LlamaVaeConfiguration configuration, Device device, Initializer init)
{
    public static LlamaVaeModel Build(
        LlamaVaeConfiguration configuration,
        Device device,
        int seed,
        IProgress<double>? progress,
        CancellationToken cancellationToken
    )
    {
        var (encoder, decoder) = BuildHalves(
            configuration,
            conditionSize: 0,
            device,
            seed,
            progress,
            cancellationToken
        );
        return new LlamaVaeModel(encoder, decoder);
    }

    /// <summary>The halves of a model whose decoder's latent has room for a condition behind it: [B, D + C].</summary>
    public static (LatentEncoder Encoder, LatentDecoder Decoder) BuildHalves(
        LlamaVaeConfiguration configuration,
        int conditionSize,
        Device device,
        int seed,
        IProgress<double>? progress,
        CancellationToken cancellationToken
    )
    {
        TorchBackend.EnsureLoaded();
        configuration.Validate();
        // On the CPU, whatever the device: the same seed gives the same weights everywhere.
        using var generator = new Generator((ulong)Seeds.Derive(seed, SeedStream.Weights, 0));
        return new LlamaVaeBuilder(configuration, device, Initializer.From(generator)).Build(
            conditionSize,
            progress,
            cancellationToken
        );
    }

    /// <summary>A model whose weights nobody has set: all that is known of it are its sizes.</summary>
    public static LlamaVaeModel BuildUnset(LlamaVaeConfiguration configuration)
    {
        TorchBackend.EnsureLoaded();
        configuration.Validate();
        var builder = new LlamaVaeBuilder(configuration, CPU, Initializer.Unset);
        var (encoder, decoder) = builder.Build(conditionSize: 0, progress: null, CancellationToken.None);
        return new LlamaVaeModel(encoder, decoder);
    }

    private (LatentEncoder, LatentDecoder) Build(
        int conditionSize,
        IProgress<double>? progress,
        CancellationToken cancellationToken
    )
    {
        var decoder = BuildDecoder(conditionSize, progress, cancellationToken);
        try
        {
            var shared = configuration is { IsFromScratch: true, ShareEmbeddings: true }
                ? EmbeddingOf(decoder.Decoder)
                : null;
            return (BuildEncoder(shared, progress, cancellationToken), decoder);
        }
        catch
        {
            decoder.Dispose();
            throw;
        }
    }

    private LatentDecoder BuildDecoder(
        int conditionSize,
        IProgress<double>? progress,
        CancellationToken cancellationToken
    )
    {
        var folder = configuration.DecoderFolder;
        var tokenizer = LoadTokenizer(folder);
        var decoder = folder is null
            ? configuration.Decoder.WithVocabulary(tokenizer.VocabularySize).Build(init)
            : BackboneLoader.LoadDecoder(folder, BackboneLoader.DecoderType(device), progress, cancellationToken);
        var memory = new LatentMemory(
            configuration.LatentSize + conditionSize,
            decoder.MemoryShape,
            configuration.MemorySlots,
            configuration.MemoryHiddenSize,
            init
        );
        return new LatentDecoder(tokenizer, memory, decoder, configuration.MaxTokens, device)
        {
            Backbone = folder is null ? null : new Backbone(folder),
        };
    }

    private LatentEncoder BuildEncoder(
        TokenEmbedding? shared,
        IProgress<double>? progress,
        CancellationToken cancellationToken
    )
    {
        var folder = configuration.EncoderFolder;
        var tokenizer = LoadTokenizer(folder);
        var encoder = folder is null
            ? configuration.Encoder.WithVocabulary(tokenizer.VocabularySize).Build(init, shared)
            : BackboneLoader.LoadEncoder(folder, progress, cancellationToken);
        var posterior = new PosteriorHead(
            encoder.EmbeddingSize,
            configuration.LatentSize,
            init,
            configuration.Posterior
        );
        return new LatentEncoder(tokenizer, encoder, posterior, configuration.MaxTokens, device)
        {
            Backbone = folder is null ? null : new Backbone(folder),
        };
    }

    private static TokenEmbedding? EmbeddingOf(IMemoryDecoder decoder) =>
        decoder switch
        {
            LlamaDecoder llama => llama.Embedding,
            Gpt2Decoder gpt2 => gpt2.Embedding,
            LstmDecoder lstm => lstm.Embedding,
            _ => null,
        };

    private ITextTokenizer LoadTokenizer(string? folder) =>
        folder is not null ? TokenizerLoader.LoadFolder(folder)
        : configuration.TokenizerPath is { } path ? TokenizerLoader.LoadFile(path)
        : TokenizerLoader.Default;
}
