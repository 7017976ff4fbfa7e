namespace Microsoft.ML.LlamaVae.Decoder;

/// <summary>How rotary positions are stretched beyond the length of pre-training.</summary>
public enum RopeScalingKind
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>All frequencies are divided by the factor.</summary>
    Linear,

    /// <summary>LLaMA 3.1: low frequencies are divided by the factor, high ones stay, those between are blended.</summary>
    Llama3,
}
