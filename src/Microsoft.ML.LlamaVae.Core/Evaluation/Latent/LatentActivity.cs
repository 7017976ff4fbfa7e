namespace Microsoft.ML.LlamaVae.Evaluation;

/// <summary>How much of the latent the encoder uses: posterior collapse shows as a KL near 0 and no active unit.</summary>
/// <param name="Kl">KL(q(z|x)‖N(0, I)), nats per sentence, mean over the data.</param>
/// <param name="KlPerDimension">The same for each dimension [D]; they sum to <paramref name="Kl"/>.</param>
/// <param name="MeanVariances">Variance of mu over the data (divided by N) for each dimension [D].</param>
/// <param name="ActiveUnits">Dimensions whose variance of mu exceeds the threshold.</param>
public sealed record LatentActivity(
    double Kl,
    IReadOnlyList<double> KlPerDimension,
    IReadOnlyList<double> MeanVariances,
    int ActiveUnits
);
