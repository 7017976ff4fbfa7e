using Microsoft.ML.LlamaVae.Generation;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae;

/// <summary>All that an evaluation needs of a model: text → posterior, latent → text, and the score of a text under a latent.</summary>
public interface ILatentTextModel : ILatentTextEncoder
{
    /// <summary>Generates a text for each latent.</summary>
    /// <param name="z">[B, D].</param>
    /// <param name="options">How to generate; null for greedy.</param>
    /// <param name="cancellationToken">Stops between two tokens.</param>
    IReadOnlyList<string> Decode(
        Tensor z,
        GenerationOptions? options = null,
        CancellationToken cancellationToken = default
    );

    /// <summary>log p(x|z) of each text under the latent of its row.</summary>
    /// <param name="texts">B texts.</param>
    /// <param name="z">[B, D].</param>
    IReadOnlyList<TextScore> Score(IReadOnlyList<string> texts, Tensor z);
}
