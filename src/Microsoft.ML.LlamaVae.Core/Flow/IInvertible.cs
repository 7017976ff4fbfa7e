using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Flow;

/// <summary>An exactly invertible map T(·; c) of R^D, c being an optional condition: the contract of every block of a flow.</summary>
/// <remarks>
/// <para>
/// <see cref="Forward"/> goes from the latent z to the prior's space, u = T(z; c); <see cref="Inverse"/> goes back. Each
/// gives log|det| of the Jacobian of the direction it takes, one number per row, so that those of a round trip add up to zero.
/// Both are pure, differentiable in input, condition and weights, and treat each row by itself. A block that has no use for a
/// condition ignores it; one that needs it refuses null. What comes back belongs to the caller and shares no storage with the
/// input that a later in-place change could reach.
/// </para>
/// <para>Letters in this folder: B batch, D latent size, C condition size, K blocks; z latent, u its image, c condition.</para>
/// </remarks>
internal interface IInvertible
{
    /// <summary>D.</summary>
    int Size { get; }

    /// <summary>The module that holds the weights.</summary>
    nn.Module Weights { get; }

    /// <summary>u = T(z; c) and log|det ∂u/∂z|.</summary>
    /// <param name="input">z [B, D].</param>
    /// <param name="condition">c [B, C], or null.</param>
    /// <returns>[B, D] and [B].</returns>
    (Tensor Output, Tensor LogDetJacobian) Forward(Tensor input, Tensor? condition = null);

    /// <summary>z = T⁻¹(u; c) and log|det ∂z/∂u|.</summary>
    /// <param name="input">u [B, D].</param>
    /// <param name="condition">c [B, C], or null.</param>
    /// <returns>[B, D] and [B].</returns>
    (Tensor Output, Tensor LogDetJacobian) Inverse(Tensor input, Tensor? condition = null);

    /// <summary>Sets the weights that depend on data from a first batch, once; most blocks have none.</summary>
    /// <param name="input">z [B, D], as it reaches this block.</param>
    /// <param name="condition">c [B, C], or null.</param>
    void Initialize(Tensor input, Tensor? condition = null) { }
}
