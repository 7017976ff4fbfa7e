namespace Microsoft.ML.LlamaVae.Evaluation;

/// <summary>The mutual information gap.</summary>
/// <param name="Mean">The mean over the factors, 0 to 1.</param>
/// <param name="PerFactor">The gap of each factor [F].</param>
/// <param name="MutualInformation">I(z_d; v_f) in nats [D][F].</param>
public sealed record MutualInformationGapScore(
    double Mean,
    IReadOnlyList<double> PerFactor,
    IReadOnlyList<IReadOnlyList<double>> MutualInformation
);
