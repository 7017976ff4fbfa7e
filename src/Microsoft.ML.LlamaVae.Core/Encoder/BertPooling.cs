namespace Microsoft.ML.LlamaVae.Encoder;

/// <summary>How BERT's hidden states become one vector.</summary>
public enum BertPooling
{
    /// <summary>BERT's own pooler, which Optimus uses: tanh(W h + b) of the [CLS] token.</summary>
    Pooler,

    /// <summary>The hidden state of the [CLS] token.</summary>
    ClassToken,

    /// <summary>The mean over the real tokens, [CLS] and [SEP] among them.</summary>
    Mean,
}
