using System.Text.Json;
using System.Text.Json.Serialization;

namespace Microsoft.ML.LlamaVae.Flow;

/// <summary>What an <see cref="InvertibleCvae"/> is made of.</summary>
/// <remarks>
/// The paper conditions in the prior mean only (the default). <see cref="ConditionCouplings"/> adds the condition to the
/// couplings too; with <see cref="PriorMean.Zero"/> it is there alone, and with neither the density is p(z), unconditional.
/// </remarks>
public sealed record InvertibleCvaeConfiguration
{
    private static readonly JsonSerializerOptions s_json = new()
    {
        Converters = { new JsonStringEnumConverter() },
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    /// <summary>D, the size of the latent.</summary>
    public required int LatentSize { get; init; }

    /// <summary>C, the size of the condition, a word embedding for example.</summary>
    public required int ConditionSize { get; init; }

    /// <summary>K: blocks of ActNorm, mixing and affine coupling; 0 is the linear-Gaussian p(z|c) with a full covariance.</summary>
    /// <value>10 by default.</value>
    public int Blocks { get; init; } = 10;

    /// <summary>How the condition sets the prior's mean.</summary>
    /// <value><see cref="PriorMean.Linear"/> by default.</value>
    public PriorMean PriorMean { get; init; } = PriorMean.Linear;

    /// <summary>The couplings see the condition as well (ours; better where data allow, but there is no way back from z to c then).</summary>
    /// <value>false by default: the paper's set-up.</value>
    public bool ConditionCouplings { get; init; }

    /// <summary>What stands before each coupling.</summary>
    /// <value><see cref="FlowMixing.RandomPermutation"/> by default.</value>
    public FlowMixing Mixing { get; init; } = FlowMixing.RandomPermutation;

    /// <summary>Width of the two hidden layers in the network of each coupling.</summary>
    /// <value>128 by default.</value>
    public int HiddenSize { get; init; } = 128;

    /// <summary>α: a coupling stretches a dimension by a factor between e^−α and e^α.</summary>
    /// <value>2 by default.</value>
    public double ScaleClamp { get; init; } = 2;

    /// <summary>Checks the values.</summary>
    /// <exception cref="ArgumentException">A value is out of its range, or two don't fit; says which and what to change.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(LatentSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(ConditionSize, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(Blocks);
        ArgumentOutOfRangeException.ThrowIfLessThan(HiddenSize, 1);
        if (!(ScaleClamp > 0 && double.IsFinite(ScaleClamp)))
        {
            throw new ArgumentOutOfRangeException(
                nameof(ScaleClamp),
                ScaleClamp,
                "Must be a finite number greater than 0."
            );
        }

        Defined(PriorMean, nameof(PriorMean));
        Defined(Mixing, nameof(Mixing));
        if (PriorMean == PriorMean.Identity && ConditionSize != LatentSize)
        {
            throw new ArgumentException(
                $"PriorMean.Identity needs a condition of the latent's size; ConditionSize is {ConditionSize}, LatentSize {LatentSize}. Use PriorMean.Linear."
            );
        }

        if (LatentSize == 1 && Blocks > 0 && !ConditionCouplings)
        {
            throw new ArgumentException(
                $"A latent of size 1 has no second half for a coupling to look at; Blocks is {Blocks}. Set Blocks to 0 or ConditionCouplings to true."
            );
        }
    }

    internal string ToJson() => JsonSerializer.Serialize(this, s_json);

    /// <exception cref="InvalidDataException">It isn't such a configuration.</exception>
    internal static InvertibleCvaeConfiguration FromJson(string json)
    {
        try
        {
            var configuration =
                JsonSerializer.Deserialize<InvertibleCvaeConfiguration>(json, s_json)
                ?? throw new InvalidDataException("The configuration of the Invertible CVAE is null.");
            configuration.Validate();
            return configuration;
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            throw new InvalidDataException($"The configuration of the Invertible CVAE can't be read: {e.Message}", e);
        }
    }

    private static void Defined<T>(T value, string name)
        where T : struct, Enum
    {
        if (!Enum.IsDefined(value))
        {
            throw new ArgumentOutOfRangeException(
                name,
                value,
                $"Must be one of {string.Join(", ", Enum.GetNames<T>())}."
            );
        }
    }
}
