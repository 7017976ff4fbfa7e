namespace Microsoft.ML.LlamaVae.Evaluation;

/// <summary>What BLEU does with an n-gram order that has no match.</summary>
public enum BleuSmoothing
{
    /// <summary>Its precision is 0, and so is the score.</summary>
    None,

    /// <summary>
    /// The k-th order without a match counts 2^−k matches (mteval-v13a; method 3 of Chen and Cherry 2014): sacrebleu's
    /// default, "exp".
    /// </summary>
    Exponential,
}
