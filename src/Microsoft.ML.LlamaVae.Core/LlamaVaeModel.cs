using Microsoft.ML.LlamaVae.Bottleneck;
using Microsoft.ML.LlamaVae.Generation;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae;

/// <summary>
/// LlaMaVAE (arXiv 2312.13208): a sentence encoder, a variational bottleneck, and a decoder guided by the latent through
/// extra keys and values in every layer. The one place that composes them: text → (mu, logVar) → z → memory → text.
/// </summary>
/// <remarks>Letters: B texts, D latent size. Owns its two halves.</remarks>
public sealed partial class LlamaVaeModel : ILatentTextModel, IDisposable
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

    /// <summary>Text → latent.</summary>
    public LatentEncoder Encoder { get; }

    /// <summary>Latent → text.</summary>
    public LatentDecoder Decoder { get; }

    /// <inheritdoc/>
    public int LatentSize => Encoder.LatentSize;

    /// <inheritdoc/>
    public DiagonalGaussian Encode(IReadOnlyList<string> texts) => Encoder.Encode(texts);

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
        var line = ends.Mu[0] * (1 - weight) + ends.Mu[1] * weight; // [steps, D]
        return Decode(line, options);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Encoder.Dispose();
        Decoder.Dispose();
    }
}
