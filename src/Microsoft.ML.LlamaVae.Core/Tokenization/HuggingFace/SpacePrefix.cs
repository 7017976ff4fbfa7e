namespace Microsoft.ML.LlamaVae.Tokenization.HuggingFace;

/// <summary>Where a space is put in front of text that has none (Metaspace's <c>prepend_scheme</c>).</summary>
internal enum SpacePrefix
{
    /// <summary>Nowhere.</summary>
    Never,

    /// <summary>At the start of the whole text.</summary>
    First,

    /// <summary>At the start of every stretch.</summary>
    Always,
}
