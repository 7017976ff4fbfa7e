namespace Microsoft.ML.LlamaVae.Encoder;

/// <summary>How T5's hidden states become one vector: two of the ways that Sentence-T5 (Ni et al. 2022) compares.</summary>
public enum T5Pooling
{
    /// <summary>The mean over the real tokens, the end-of-sequence token among them.</summary>
    Mean,

    /// <summary>The hidden state of the first token. A T5 has no mark at the beginning: it is the first piece of the sentence.</summary>
    FirstToken,
}
