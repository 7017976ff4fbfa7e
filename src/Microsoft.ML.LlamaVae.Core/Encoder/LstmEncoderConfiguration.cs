using Microsoft.ML.LlamaVae.Layers;

namespace Microsoft.ML.LlamaVae.Encoder;

/// <summary>The sizes of an LSTM encoder.</summary>
public sealed record LstmEncoderConfiguration : IEncoderConfiguration
{
    /// <summary>V.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>H: size of a token embedding and of the state of each direction.</summary>
    public required int HiddenSize { get; init; }

    /// <summary>Layers.</summary>
    /// <value>1 by default.</value>
    public int Layers { get; init; } = 1;

    /// <summary>Reads the text from both ends; a sentence embedding is then twice as long.</summary>
    /// <value>true by default.</value>
    public bool IsBidirectional { get; init; } = true;

    /// <summary>Standard deviation of token embeddings; they are divided by it, so that the first layer's inputs start at unit scale.</summary>
    /// <value>0.0625 by default.</value>
    public double InitializerRange { get; init; } = 0.0625;

    /// <summary>E.</summary>
    public int EmbeddingSize => HiddenSize * (IsBidirectional ? 2 : 1);

    /// <inheritdoc/>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(VocabularySize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(HiddenSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Layers, 1);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(InitializerRange);
    }

    IEncoderConfiguration IEncoderConfiguration.WithVocabulary(int size) => this with { VocabularySize = size };

    IEncoderConfiguration IEncoderConfiguration.Scaled(double factor) =>
        this with
        {
            HiddenSize = Math.Max(1, (int)Math.Round(HiddenSize * factor)),
        };

    ISentenceEncoder IEncoderConfiguration.Build(Initializer init, TokenEmbedding? shared) =>
        new LstmEncoder(this, init, shared);
}
