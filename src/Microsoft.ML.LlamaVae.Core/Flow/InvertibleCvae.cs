using Microsoft.ML.LlamaVae.Layers;
using Microsoft.ML.LlamaVae.Native;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static Microsoft.ML.LlamaVae.Layers.Numbers;
using static TorchSharp.torch;
using Linear = Microsoft.ML.LlamaVae.Layers.Linear;

namespace Microsoft.ML.LlamaVae.Flow;

/// <summary>p(z|c) = N(T(z; c); m(c), σ²I) · |det ∂T/∂z|: the density of a sentence's latent given a condition, exact and invertible.</summary>
/// <remarks>
/// <para>
/// T is K blocks of ActNorm, mixing and affine coupling, then one ActNorm and one linear map. Without blocks (K = 0) T is
/// affine, and p(z|c) is the linear-Gaussian N(A c + a, Σ) with a full covariance Σ: the strongest density that has no
/// non-linear part, and a special case of every K (our choice; with a diagonal Σ a flow could win by correlations alone).
/// σ is one learned number: T ends in a linear map, which holds whatever else there is to scale.
/// </para>
/// <para>
/// The condition is standardised first by an ActNorm of its own, so that its unit doesn't matter (our choice); only
/// <see cref="PriorMean.Identity"/> takes it as it is. All methods but <see cref="Initialize"/> may be called from several
/// threads at once. Letters: B batch, D latent size, C condition size, S samples per row.
/// </para>
/// </remarks>
public sealed class InvertibleCvae : nn.Module
{
    [ComponentName(Name = "condition_norm")]
    private readonly ActNorm _conditionNorm;

    [ComponentName(Name = "transform")]
    private readonly InvertibleSequence _transform;

    [ComponentName(Name = "prior_mean")]
    private readonly Linear? _priorMean;

    [ComponentName(Name = "log_sigma")]
    private readonly Parameter _logSigma; // scalar

    /// <summary>Makes the model with random weights, on the CPU in float32.</summary>
    /// <param name="configuration">Its sizes and parts.</param>
    /// <param name="generator">Draws the weights and orders; a CPU generator.</param>
    /// <exception cref="ArgumentException">The configuration is not valid.</exception>
    public InvertibleCvae(InvertibleCvaeConfiguration configuration, Generator generator)
        : this(configuration, Initializer.From(generator ?? throw new ArgumentNullException(nameof(generator)))) { }

    internal InvertibleCvae(InvertibleCvaeConfiguration configuration, Initializer init)
        : base(nameof(InvertibleCvae))
    {
        ArgumentNullException.ThrowIfNull(configuration);
        configuration.Validate();
        TorchBackend.EnsureLoaded();
        Configuration = configuration;
        _conditionNorm = new ActNorm(ConditionSize);
        _transform = FlowArchitecture.Build(configuration, init);
        // Begins as m(c) = 0: with T the standardisation of the latents, that is the best guess without a condition.
        _priorMean =
            configuration.PriorMean == PriorMean.Linear
                ? new Linear(ConditionSize, LatentSize, bias: true, init, std: 0)
                : null;
        _logSigma = Initializer.Constant(0, []);
        RegisterComponents();
    }

    /// <summary>Its sizes and parts.</summary>
    public InvertibleCvaeConfiguration Configuration { get; }

    /// <summary>D.</summary>
    public int LatentSize => Configuration.LatentSize;

    /// <summary>C.</summary>
    public int ConditionSize => Configuration.ConditionSize;

    /// <summary>Where the weights are.</summary>
    public Device Device => _logSigma.device;

    /// <summary>Whether <see cref="ToConditionSpace"/> is possible: the mean depends on the condition, and nothing else does.</summary>
    public bool HasConditionSpace => Configuration is { PriorMean: not PriorMean.Zero, ConditionCouplings: false };

    internal IInvertible Transform => _transform;

    /// <summary>
    /// Standardises the flow's activations and the condition on a first batch. Call it once before training, with some hundred
    /// pairs or more; later calls change nothing, nor does one on a model whose weights were loaded.
    /// </summary>
    /// <param name="z">[B, D]; needs at least two rows.</param>
    /// <param name="condition">[B, C].</param>
    /// <exception cref="ArgumentException">The shapes don't fit, there are less than two rows, or a value is not finite.</exception>
    public void Initialize(Tensor z, Tensor condition)
    {
        FlowShapes.CheckPairs(z, LatentSize, condition, ConditionSize);
        if (z.size(0) < 2)
        {
            throw new ArgumentException($"Initialising needs at least two rows to see a spread; got {z.size(0)}.");
        }

        using var scope = NewDisposeScope();
        if (!(z.isfinite().all().item<bool>() && condition.isfinite().all().item<bool>()))
        {
            throw new ArgumentException("Initialising needs finite values; there is a NaN or an infinity among these.");
        }

        _conditionNorm.Initialize(condition);
        _transform.Initialize(z, Standardize(condition));
    }

    /// <summary>log p(z|c) in nats, summed over the dimensions; differentiable.</summary>
    /// <param name="z">[B, D].</param>
    /// <param name="condition">[B, C].</param>
    /// <returns>[B]; the caller owns it.</returns>
    /// <exception cref="ArgumentException">The shapes don't fit.</exception>
    public Tensor LogDensity(Tensor z, Tensor condition)
    {
        FlowShapes.CheckPairs(z, LatentSize, condition, ConditionSize);
        using var scope = NewDisposeScope();
        var c = Standardize(condition); // [B, C]
        var (u, logDet) = _transform.Forward(z, c); // [B, D], [B]
        // log p(z|c) = −½ Σ (((u − m)/σ)² + log 2π) − D log σ + log|det ∂T/∂z|
        var residual = (u - Mean(condition, c)) * (-_logSigma).exp(); // [B, D]
        var gaussian =
            Number(-0.5) * (residual * residual).Plus(Number(Math.Log(2 * Math.PI))).sum(1)
            - Number(LatentSize) * _logSigma; // [B]
        return gaussian.Plus(logDet).MoveToOuterDisposeScope();
    }

    /// <summary>Draws latents: u = m(c) + τ σ ε, z = T⁻¹(u; c). No gradient.</summary>
    /// <param name="condition">[B, C].</param>
    /// <param name="generator">Draws ε, on the device of the model.</param>
    /// <param name="temperature">τ: 1 samples from p(z|c), less stays nearer to its middle, 0 gives T⁻¹(m(c); c) in every sample.</param>
    /// <param name="samplesPerRow">S.</param>
    /// <returns>[B, S, D]; the caller owns it.</returns>
    /// <exception cref="ArgumentException">The shape doesn't fit, τ is negative or not finite, or S is less than 1.</exception>
    public Tensor Sample(Tensor condition, Generator generator, double temperature = 1, int samplesPerRow = 1)
    {
        FlowShapes.Check(condition, ConditionSize, nameof(condition), "Conditions");
        ArgumentNullException.ThrowIfNull(generator);
        ArgumentOutOfRangeException.ThrowIfLessThan(samplesPerRow, 1);
        if (!(temperature >= 0 && double.IsFinite(temperature)))
        {
            throw new ArgumentOutOfRangeException(nameof(temperature), temperature, "Must be finite and at least 0.");
        }

        using var scope = NewDisposeScope();
        var noise = empty(condition.size(0), samplesPerRow, LatentSize, condition.dtype, condition.device);
        return SampleWith(condition, noise.normal_(0, 1, generator).mul_(Number(temperature)))
            .MoveToOuterDisposeScope();
    }

    /// <summary>The middle of p(z|c), T⁻¹(m(c); c): what temperature 0 gives; not the mean of z unless K is 0. No gradient.</summary>
    /// <param name="condition">[B, C].</param>
    /// <returns>[B, D]; the caller owns it.</returns>
    /// <exception cref="ArgumentException">The shape doesn't fit.</exception>
    public Tensor Middle(Tensor condition)
    {
        FlowShapes.Check(condition, ConditionSize, nameof(condition), "Conditions");
        using var scope = NewDisposeScope();
        var none = zeros(condition.size(0), 1, LatentSize, condition.dtype, condition.device);
        return SampleWith(condition, none).squeeze(1).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// The way back from a latent to the place near the conditions: the c whose mean is T(z). Where m is linear, it is
    /// c = W⁺(T(z) − b): the least-squares (maximum-likelihood) one for C ≤ D, the one nearest to the average condition for C &gt; D.
    /// No gradient.
    /// </summary>
    /// <param name="z">[B, D].</param>
    /// <returns>[B, C]; the caller owns it.</returns>
    /// <exception cref="ArgumentException">The shape doesn't fit.</exception>
    /// <exception cref="InvalidOperationException"><see cref="HasConditionSpace"/> is false.</exception>
    public Tensor ToConditionSpace(Tensor z)
    {
        FlowShapes.Check(z, LatentSize, nameof(z), "Latents");
        RequireConditionSpace();
        using var ungraded = no_grad();
        using var scope = NewDisposeScope();
        var (u, _) = _transform.Forward(z); // [B, D]
        if (_priorMean is null)
        {
            return u.MoveToOuterDisposeScope();
        }

        var c = (u - _priorMean.Bias!).matmul(linalg.pinv(_priorMean.Weight).t()); // [B, C], standardised
        return _conditionNorm.Inverse(c).Output.MoveToOuterDisposeScope();
    }

    /// <exception cref="InvalidOperationException"><see cref="HasConditionSpace"/> is false; says why.</exception>
    internal void RequireConditionSpace()
    {
        if (!HasConditionSpace)
        {
            throw new InvalidOperationException(
                "This model has no way back from a latent to a condition: "
                    + (
                        Configuration.ConditionCouplings
                            ? "its couplings need the condition that is asked for. Fit one with ConditionCouplings = false."
                            : "its prior mean doesn't depend on the condition. Fit one with PriorMean.Linear or PriorMean.Identity."
                    )
            );
        }
    }

    /// <summary>Writes sizes and weights to a stream that needs not be seekable and stays open.</summary>
    /// <param name="stream">Takes one safetensors stream.</param>
    public void Save(Stream stream) => InvertibleCvaeFormat.Save(this, stream);

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <param name="stream">Read to the end of the model, and stays open.</param>
    /// <param name="device">Where it runs; null for the CPU.</param>
    /// <exception cref="InvalidDataException">It is broken, or something else.</exception>
    public static InvertibleCvae Load(Stream stream, Device? device = null) =>
        InvertibleCvaeFormat.Load(stream, device ?? CPU);

    /// <summary>z = T⁻¹(m(c) + σ ε; c) for noise of the caller's, which is scaled by the temperature already.</summary>
    /// <param name="condition">[B, C].</param>
    /// <param name="noise">ε [B, S, D].</param>
    /// <returns>[B, S, D]; the caller owns it.</returns>
    internal Tensor SampleWith(Tensor condition, Tensor noise)
    {
        using var ungraded = no_grad();
        using var scope = NewDisposeScope();
        var c = Standardize(condition); // [B, C]
        var u = Mean(condition, c).unsqueeze(1).Plus(noise * _logSigma.exp()); // [B, S, D]
        var rows = c.repeat_interleave(noise.size(1), 0); // [B·S, C]
        var (z, _) = _transform.Inverse(u.reshape(-1, LatentSize), rows); // [B·S, D]
        return z.view(noise.shape).MoveToOuterDisposeScope();
    }

    // m(c), [B, D] or [1, D].
    private Tensor Mean(Tensor condition, Tensor standardized) =>
        Configuration.PriorMean switch
        {
            PriorMean.Linear => _priorMean!.call(standardized),
            PriorMean.Identity => condition.alias(),
            _ => zeros(condition.size(0), LatentSize, condition.dtype, condition.device),
        };

    private Tensor Standardize(Tensor condition) => _conditionNorm.Forward(condition).Output;
}
