using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Evaluation;

/// <summary>log p(x|z = 0) of a model whose decoder was trained without a latent, as <c>LanguageModelTrainer</c> does.</summary>
/// <remarks>With the decoder of a VAE instead, which learned to be told, its figures flatter what they are compared with.</remarks>
/// <param name="model">Scores the texts; stays the caller's.</param>
/// <param name="name">What the report calls it.</param>
public sealed class UnconditionalLanguageModel(ILatentTextModel model, string name = "language model") : ITextScorer
{
    private readonly ILatentTextModel _model = model ?? throw new ArgumentNullException(nameof(model));

    /// <inheritdoc/>
    public string Name { get; } = name;

    /// <inheritdoc/>
    public IReadOnlyList<TextScore> Score(IReadOnlyList<string> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        using var scope = NewDisposeScope();
        return _model.Score(texts, zeros(texts.Count, _model.LatentSize)); // z = 0 [B, D]
    }
}
