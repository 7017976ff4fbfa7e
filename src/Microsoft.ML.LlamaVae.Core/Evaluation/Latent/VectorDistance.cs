namespace Microsoft.ML.LlamaVae.Evaluation;

/// <summary>How far two vectors are apart.</summary>
public enum VectorDistance
{
    /// <summary>‖a − b‖₂.</summary>
    Euclidean,

    /// <summary>1 − cosine of the angle, 0 to 2; NaN where a vector is all zeros.</summary>
    Cosine,
}
