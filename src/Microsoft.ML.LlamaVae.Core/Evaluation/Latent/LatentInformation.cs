namespace Microsoft.ML.LlamaVae.Evaluation;

/// <summary>The KL term taken apart (Hoffman and Johnson 2016): Kl = MutualInformation + AggregateKl. All in nats.</summary>
/// <param name="MutualInformation">
/// I(x; z) under q: what the latent tells about which sentence it came from; never above log N.
/// </param>
/// <param name="Kl">E_x KL(q(z|x)‖p), per sentence.</param>
/// <param name="AggregateKl">KL(q(z)‖p): how far the latents of all sentences together are from the prior.</param>
/// <param name="Ceiling">log N: an estimate close to it only says that the true value is at least that large.</param>
public sealed record LatentInformation(double MutualInformation, double Kl, double AggregateKl, double Ceiling);
