using Microsoft.ML.LlamaVae.Bottleneck;

namespace Microsoft.ML.LlamaVae;

/// <summary>Text → posterior: all that an evaluation of latents needs.</summary>
public interface ILatentTextEncoder
{
    /// <summary>D.</summary>
    int LatentSize { get; }

    /// <summary>q(z|x) of each text.</summary>
    /// <returns>[B, D]; the caller owns it.</returns>
    DiagonalGaussian Encode(IReadOnlyList<string> texts);
}
