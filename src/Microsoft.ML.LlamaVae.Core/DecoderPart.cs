namespace Microsoft.ML.LlamaVae;

/// <summary>The parts of a decoder that may learn or stay frozen.</summary>
public enum DecoderPart
{
    /// <summary>Token embeddings, the last norm and the language-model head.</summary>
    Embeddings,

    /// <summary>The transformer layers.</summary>
    Layers,
}
