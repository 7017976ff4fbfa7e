using Microsoft.ML.LlamaVae.Layers;

namespace Microsoft.ML.LlamaVae.Decoder;

/// <summary>The sizes of an LSTM decoder.</summary>
public sealed record LstmDecoderConfiguration : IDecoderConfiguration
{
    /// <summary>V.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>H: size of a token embedding and of the state of each layer.</summary>
    public required int HiddenSize { get; init; }

    /// <summary>L.</summary>
    /// <value>1 by default.</value>
    public int Layers { get; init; } = 1;

    /// <summary>The head shares the embeddings' weights.</summary>
    /// <value>true by default.</value>
    public bool TieEmbeddings { get; init; } = true;

    /// <summary>Standard deviation of token embeddings; they are divided by it, so that the first layer's inputs start at unit scale.</summary>
    /// <value>0.0625 by default.</value>
    public double InitializerRange { get; init; } = 0.0625;

    /// <inheritdoc/>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(VocabularySize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(HiddenSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(Layers, 1);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(InitializerRange);
    }

    IDecoderConfiguration IDecoderConfiguration.WithVocabulary(int size) => this with { VocabularySize = size };

    IDecoderConfiguration IDecoderConfiguration.Scaled(double factor) =>
        this with
        {
            HiddenSize = Math.Max(1, (int)Math.Round(HiddenSize * factor)),
        };

    IMemoryDecoder IDecoderConfiguration.Build(Initializer init) => new LstmDecoder(this, init);
}
