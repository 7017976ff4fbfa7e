using Microsoft.ML.LlamaVae.Bottleneck;
using Microsoft.ML.LlamaVae.Flow;
using Microsoft.ML.LlamaVae.Generation;
using Microsoft.ML.LlamaVae.Layers;
using Microsoft.ML.LlamaVae.Training;
using TorchSharp;
using static Microsoft.ML.LlamaVae.Layers.Numbers;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae;

/// <summary>
/// The ordinary conditional VAE (Sohn et al. 2015), the baseline of the Invertible CVAE: prior p(z|c) and decoder p(x|z, c) see
/// the condition, and all of it is trained together on pairs of condition and text.
/// </summary>
/// <remarks>
/// Made of the same halves as <see cref="LlamaVaeModel"/>; the decoder's latent is z with the standardised condition behind it,
/// [B, D + C]. The posterior is q(z|x). Letters: B batch, C condition size, D latent size. Owns its parts.
/// </remarks>
public sealed class ConditionalVaeModel : IDisposable
{
    private const int PriorHiddenSize = 128;

    private ConditionalVaeModel(LatentEncoder encoder, LatentDecoder decoder, ConditionalPrior prior, ActNorm norm) =>
        (Encoder, Decoder, Prior, ConditionNorm) = (encoder, decoder, prior, norm);

    /// <summary>Makes a model: parts with a folder are loaded from it, the others get random weights.</summary>
    /// <param name="conditionSize">C.</param>
    /// <param name="configuration">Folders and sizes; null for the small defaults.</param>
    /// <param name="device">Where it runs; null for the CPU.</param>
    /// <param name="seed">Draws the random weights; nothing global is seeded.</param>
    /// <exception cref="ArgumentException">The configuration doesn't fit together.</exception>
    public static ConditionalVaeModel Create(
        int conditionSize,
        LlamaVaeConfiguration? configuration = null,
        Device? device = null,
        int seed = 0
    )
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(conditionSize, 1);
        configuration ??= new LlamaVaeConfiguration();
        var (encoder, decoder) = LlamaVaeBuilder.BuildHalves(
            configuration,
            conditionSize,
            device ?? CPU,
            seed,
            progress: null,
            CancellationToken.None
        );
        using var generator = new Generator((ulong)Seeds.Derive(seed, SeedStream.Weights, 2));
        var prior = new ConditionalPrior(
            conditionSize,
            configuration.LatentSize,
            PriorHiddenSize,
            Initializer.From(generator)
        );
        var norm = new ActNorm(conditionSize);
        prior.to(decoder.Device);
        norm.to(decoder.Device);
        return new ConditionalVaeModel(encoder, decoder, prior, norm);
    }

    /// <summary>C.</summary>
    public int ConditionSize => ConditionNorm.Size;

    /// <summary>D.</summary>
    public int LatentSize => Encoder.LatentSize;

    internal LatentEncoder Encoder { get; }

    internal LatentDecoder Decoder { get; }

    internal ConditionalPrior Prior { get; }

    internal ActNorm ConditionNorm { get; }

    /// <summary>Generates a text for each condition from a latent of p(z|c).</summary>
    /// <param name="condition">[B, C].</param>
    /// <param name="temperature">τ: 1 draws from p(z|c), 0 takes its mean.</param>
    /// <param name="seed">Draws the latents.</param>
    /// <param name="options">How to generate; null for greedy.</param>
    /// <param name="cancellationToken">Stops between two tokens.</param>
    /// <exception cref="ArgumentException">The condition isn't [B, C].</exception>
    public IReadOnlyList<string> Decode(
        Tensor condition,
        double temperature = 0,
        int seed = 0,
        GenerationOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        FlowShapes.Check(condition, ConditionSize, nameof(condition), "Conditions");
        ArgumentOutOfRangeException.ThrowIfNegative(temperature);
        using var scope = NewDisposeScope();
        using var ungraded = no_grad();
        using var generator = new Generator((ulong)seed, Decoder.Device);
        var c = Standardize(condition.to(Decoder.Device)); // [B, C]
        using var prior = Prior.call(c);
        using var heat = temperature.ToScalar();
        var z = (heat * (prior.Sample(generator) - prior.Mu)).Plus(prior.Mu); // [B, D]
        return Decoder.Decode(cat([z, c], 1), options, cancellationToken);
    }

    /// <summary>The condition with entries of unit scale, [B, C]; differentiable.</summary>
    internal Tensor Standardize(Tensor condition) => ConditionNorm.Forward(condition).Output;

    /// <inheritdoc/>
    public void Dispose()
    {
        Encoder.Dispose();
        Decoder.Dispose();
        Prior.Dispose();
        ConditionNorm.Dispose();
    }
}
