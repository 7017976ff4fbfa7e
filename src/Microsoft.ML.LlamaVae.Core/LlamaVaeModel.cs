using Microsoft.ML.LlamaVae.Bottleneck;
using Microsoft.ML.LlamaVae.Checkpoints;
using Microsoft.ML.LlamaVae.Generation;
using Microsoft.ML.LlamaVae.Training;
using TorchSharp;
using static Microsoft.ML.LlamaVae.Layers.Numbers;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae;

/// <summary>
/// LlaMaVAE (arXiv 2312.13208): a sentence encoder, a variational bottleneck, and a decoder guided by the latent through
/// extra keys and values in every layer. The one place that composes them: text → (mu, logVar) → z → memory → text.
/// </summary>
/// <remarks>Letters: B texts, D latent size. Owns its two halves.</remarks>
public sealed class LlamaVaeModel : ILatentTextModel, ISentenceEmbedder, IDisposable
{
    /// <summary>Joins two halves of the same latent size.</summary>
    /// <exception cref="ArgumentException">Their latent sizes differ.</exception>
    public LlamaVaeModel(LatentEncoder encoder, LatentDecoder decoder)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        ArgumentNullException.ThrowIfNull(decoder);
        if (encoder.LatentSize != decoder.LatentSize)
        {
            throw new ArgumentException(
                $"The encoder makes latents of size {encoder.LatentSize}; the decoder takes {decoder.LatentSize}. Join halves that were trained together.",
                nameof(decoder)
            );
        }

        Encoder = encoder;
        Decoder = decoder;
    }

    /// <summary>Makes a model: parts with a folder are loaded from it, the others get random weights.</summary>
    /// <param name="configuration">Folders and sizes; null for the small defaults.</param>
    /// <param name="device">Where it runs; null for the CPU. On CUDA a decoder from a checkpoint is held in bfloat16.</param>
    /// <param name="seed">Draws the random weights; nothing global is seeded.</param>
    /// <param name="progress">Told the part of a checkpoint that is loaded, in [0, 1].</param>
    /// <param name="cancellationToken">Stops between two tensors of a checkpoint.</param>
    /// <exception cref="FileNotFoundException">A file of a checkpoint is missing.</exception>
    /// <exception cref="InvalidDataException">A checkpoint is broken or not supported.</exception>
    /// <exception cref="ArgumentException">The configuration doesn't fit together.</exception>
    public static LlamaVaeModel Create(
        LlamaVaeConfiguration? configuration = null,
        Device? device = null,
        int seed = 0,
        IProgress<double>? progress = null,
        CancellationToken cancellationToken = default
    ) => LlamaVaeBuilder.Build(configuration ?? new(), device ?? CPU, seed, progress, cancellationToken);

    /// <summary>Text → latent.</summary>
    public LatentEncoder Encoder { get; }

    /// <summary>Latent → text.</summary>
    public LatentDecoder Decoder { get; }

    /// <summary>Numbers in all weights, embeddings that both halves share counted once.</summary>
    public long ParameterCount =>
        new[] { Encoder.Encoder.Weights, Encoder.Posterior, Decoder.Memory, Decoder.Decoder.Weights }
            .SelectMany(module => module.parameters())
            .DistinctBy(parameter => parameter.Handle)
            .Sum(parameter => parameter.numel());

    /// <summary>The parts that started from random weights, and so must learn.</summary>
    internal TrainableParts PartsFromScratch =>
        (Encoder.Backbone is null ? TrainableParts.Encoder : TrainableParts.None)
        | (
            Decoder.Backbone is null
                ? TrainableParts.DecoderEmbeddings | TrainableParts.DecoderLayers
                : TrainableParts.None
        );

    /// <inheritdoc/>
    public int LatentSize => Encoder.LatentSize;

    /// <inheritdoc/>
    public DiagonalGaussian Encode(IReadOnlyList<string> texts) => Encoder.Encode(texts);

    /// <inheritdoc/>
    public Tensor Embed(IReadOnlyList<string> texts) => Encoder.Embed(texts);

    /// <inheritdoc/>
    public IReadOnlyList<string> Decode(
        Tensor z,
        GenerationOptions? options = null,
        CancellationToken cancellationToken = default
    ) => Decoder.Decode(z, options, cancellationToken);

    /// <inheritdoc/>
    public IReadOnlyList<TextScore> Score(IReadOnlyList<string> texts, Tensor z) => Decoder.Score(texts, z);

    /// <summary>Latents drawn from the prior N(0, I).</summary>
    /// <param name="count">B.</param>
    /// <param name="seed">The same seed gives the same latents.</param>
    /// <returns>[B, D]; the caller owns it.</returns>
    public Tensor SamplePrior(int count, int seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        using var scope = NewDisposeScope();
        using var generator = new Generator((ulong)seed, Decoder.Device);
        return empty(count, LatentSize, device: Decoder.Device).normal_(0, 1, generator).MoveToOuterDisposeScope();
    }

    /// <summary>Texts on the straight line between the latents (means) of two texts, both ends included.</summary>
    /// <param name="from">The first text.</param>
    /// <param name="to">The last text.</param>
    /// <param name="steps">Texts in total, at least 2.</param>
    /// <param name="options">How to generate; null for greedy.</param>
    public IReadOnlyList<string> Interpolate(string from, string to, int steps, GenerationOptions? options = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 2);
        using var scope = NewDisposeScope();
        using var ends = Encode([from, to]);
        var weight = linspace(0, 1, steps, device: ends.Mu.device).unsqueeze(1); // [steps, 1]
        var line = (ends.Mu[0] * (Number(1) - weight)).Plus(ends.Mu[1] * weight); // [steps, D]
        return Decode(line, options);
    }

    /// <summary>Writes both halves to a file, which is there whole or not at all.</summary>
    /// <param name="path">The file.</param>
    /// <param name="storage">What is done with the weights of checkpoints that did not learn.</param>
    public void Save(string path, BackboneStorage storage = BackboneStorage.Auto) =>
        AtomicFile.Write(
            path,
            stream =>
            {
                Encoder.Save(stream, storage);
                Decoder.Save(stream, storage);
            }
        );

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <param name="path">The file.</param>
    /// <param name="device">Where it runs; null for the CPU.</param>
    /// <exception cref="InvalidDataException">It is broken, or a referenced checkpoint has changed.</exception>
    /// <exception cref="FileNotFoundException">The file or a referenced checkpoint is missing.</exception>
    public static LlamaVaeModel Load(string path, Device? device = null)
    {
        using var stream = File.OpenRead(path);
        var encoder = LatentEncoder.Load(stream, device);
        try
        {
            return new LlamaVaeModel(encoder, LatentDecoder.Load(stream, device));
        }
        catch
        {
            encoder.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Encoder.Dispose();
        Decoder.Dispose();
    }
}
