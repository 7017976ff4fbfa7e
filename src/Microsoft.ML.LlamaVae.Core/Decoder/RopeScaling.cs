namespace Microsoft.ML.LlamaVae.Decoder;

/// <summary>The <c>rope_scaling</c> of a checkpoint.</summary>
public sealed record RopeScaling
{
    /// <summary>Which rule.</summary>
    public RopeScalingKind Kind { get; init; }

    /// <summary>By how much positions are stretched.</summary>
    /// <value>1 by default.</value>
    public double Factor { get; init; } = 1;

    /// <summary>Llama3: wavelengths above the original length over this are scaled fully.</summary>
    /// <value>1 by default.</value>
    public double LowFrequencyFactor { get; init; } = 1;

    /// <summary>Llama3: wavelengths below the original length over this are not scaled.</summary>
    /// <value>4 by default.</value>
    public double HighFrequencyFactor { get; init; } = 4;

    /// <summary>Llama3: positions of pre-training.</summary>
    /// <value>8192 by default.</value>
    public int OriginalMaxPositions { get; init; } = 8192;

    /// <summary>The frequency (radians per position) that stands for this unscaled one.</summary>
    internal double Scale(double frequency)
    {
        switch (Kind)
        {
            case RopeScalingKind.Linear:
                return frequency / Factor;
            case RopeScalingKind.Llama3:
                var turns = OriginalMaxPositions * frequency / (2 * Math.PI);
                var blend = Math.Clamp((turns - LowFrequencyFactor) / (HighFrequencyFactor - LowFrequencyFactor), 0, 1);
                return (1 - blend) * frequency / Factor + blend * frequency;
            default:
                return frequency;
        }
    }
}
