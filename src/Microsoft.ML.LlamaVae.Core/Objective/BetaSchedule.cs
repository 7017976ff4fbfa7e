namespace Microsoft.ML.LlamaVae.Objective;

/// <summary>The weight β of the KL term over a training run: cyclical annealing (Fu et al. 2019).</summary>
/// <remarks>Each cycle stays at <see cref="Minimum"/>, ramps linearly to <see cref="Maximum"/>, then holds it.</remarks>
public sealed record BetaSchedule
{
    /// <summary>β = 0 from beginning to end: with a point posterior a plain autoencoder.</summary>
    public static BetaSchedule Zero { get; } = new() { Maximum = 0 };

    /// <summary>Cycles in the run.</summary>
    /// <value>1 by default: short runs gain nothing from more.</value>
    public int Cycles { get; init; } = 1;

    /// <summary>The part of each cycle that stays at <see cref="Minimum"/>.</summary>
    /// <value>0.3 by default.</value>
    public double ZeroFraction { get; init; } = 0.3;

    /// <summary>The part of each cycle that ramps up; the rest holds <see cref="Maximum"/>.</summary>
    /// <value>0.25 by default.</value>
    public double RampFraction { get; init; } = 0.25;

    /// <summary>β before the ramp.</summary>
    /// <value>0 by default.</value>
    public double Minimum { get; init; }

    /// <summary>β after the ramp; 1 is the evidence lower bound, 0 everywhere a plain autoencoder.</summary>
    /// <value>0.5 by default.</value>
    public double Maximum { get; init; } = 0.5;

    /// <summary>β at a place of the run.</summary>
    /// <param name="progress">Steps done over steps in total, in [0, 1].</param>
    public double At(double progress)
    {
        var inCycle = progress >= 1 ? 1 : progress * Cycles % 1;
        var ramp =
            RampFraction > 0 ? (inCycle - ZeroFraction) / RampFraction
            : inCycle < ZeroFraction ? 0
            : 1;
        return Minimum + (Maximum - Minimum) * Math.Clamp(ramp, 0, 1);
    }

    /// <summary>Checks the values.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range; names it, the range and the value.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Cycles, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(ZeroFraction);
        ArgumentOutOfRangeException.ThrowIfNegative(RampFraction);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(ZeroFraction + RampFraction, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(Minimum);
        ArgumentOutOfRangeException.ThrowIfLessThan(Maximum, Minimum);
    }
}
