using TorchSharp;

namespace Microsoft.ML.LlamaVae.Generation;

/// <summary>Texts to begin.</summary>
/// <param name="Memory">Makes [b, L, 2, Hkv, M, Dh] of the b texts, or null for the plain language model, in the caller's scope; called once.</param>
/// <param name="Ids">What the requester calls each of them.</param>
/// <param name="Seeds">The random stream of each.</param>
internal readonly record struct TextRequest(
    Func<torch.Tensor?> Memory,
    IReadOnlyList<long> Ids,
    IReadOnlyList<int> Seeds
)
{
    /// <summary>Nothing to begin now.</summary>
    public static TextRequest None { get; } = new(() => null, [], []);

    /// <summary>b.</summary>
    public int Count => Ids.Count;
}
