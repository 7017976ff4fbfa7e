using TorchSharp;
using static Microsoft.ML.LlamaVae.Layers.Numbers;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Decoder;

/// <summary>Rotary positions (Su et al. 2021): angle of position p and pair i is p · base^(−2i/Dh), stretched by the scaling.</summary>
internal sealed class RotaryEmbedding
{
    private readonly double[] _frequencies; // [Dh/2]

    public RotaryEmbedding(LlamaConfiguration configuration)
    {
        _frequencies =
        [
            .. Enumerable
                .Range(0, configuration.HeadSize / 2)
                .Select(i => Math.Pow(configuration.RopeTheta, -2.0 * i / configuration.HeadSize))
                .Select(configuration.RopeScaling.Scale),
        ];
    }

    /// <summary>The rotation of consecutive positions; the caller disposes it.</summary>
    /// <param name="position">The first.</param>
    /// <param name="length">T.</param>
    /// <param name="device">Where it is used.</param>
    /// <param name="dtype">Type of what is rotated; the angles themselves are computed in float64.</param>
    public Rotation At(int position, int length, Device device, ScalarType dtype)
    {
        using var scope = NewDisposeScope();
        var angles = outer(
            arange(Number(position), Number(position + length), Number(1), float64),
            tensor(_frequencies)
        ); // [T, Dh/2]
        var (cos, sin) = (angles.cos(), angles.sin());
        return new Rotation(
            cat([cos, cos], -1).unsqueeze(1).to(dtype, device).MoveToOuterDisposeScope(), // [T, 1, Dh]
            cat([-sin, sin], -1).unsqueeze(1).to(dtype, device).MoveToOuterDisposeScope() // [T, 1, Dh]
        );
    }
}
