using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae;

/// <summary>Text → sentence embedding: an encoder before its bottleneck, whose cosine says how near two texts are in meaning.</summary>
/// <remarks>Letters: B texts, E sentence-embedding size.</remarks>
public interface ISentenceEmbedder
{
    /// <summary>h of each text; no gradient.</summary>
    /// <param name="texts">At least one.</param>
    /// <returns>[B, E] in float32; the caller owns it.</returns>
    Tensor Embed(IReadOnlyList<string> texts);
}
