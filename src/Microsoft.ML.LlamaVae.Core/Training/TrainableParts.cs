namespace Microsoft.ML.LlamaVae.Training;

/// <summary>Which parts learn besides the bottleneck and the latent memory, which always do.</summary>
[Flags]
public enum TrainableParts
{
    /// <summary>Bottleneck and latent memory only: encoder and decoder stay as they were loaded.</summary>
    None = 0,

    /// <summary>The sentence encoder.</summary>
    Encoder = 1,

    /// <summary>The decoder's token embeddings, last norm and head.</summary>
    DecoderEmbeddings = 2,

    /// <summary>The decoder's layers.</summary>
    DecoderLayers = 4,

    /// <summary>Everything: for models that start from random weights.</summary>
    All = Encoder | DecoderEmbeddings | DecoderLayers,
}
