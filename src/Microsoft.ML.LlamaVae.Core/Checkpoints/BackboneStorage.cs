namespace Microsoft.ML.LlamaVae.Checkpoints;

/// <summary>What a saved model does with the weights of a checkpoint that training left as they were.</summary>
public enum BackboneStorage
{
    /// <summary>Embeds up to 256 MiB of weights, references larger ones.</summary>
    Auto,

    /// <summary>The model file holds them: larger, but it stands alone.</summary>
    Embed,

    /// <summary>The model file names the checkpoint folder and the SHA-256 of its weight files, which must be there when it is loaded.</summary>
    Reference,
}
