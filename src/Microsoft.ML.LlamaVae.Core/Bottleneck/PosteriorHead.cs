using Microsoft.ML.LlamaVae.Layers;
using Microsoft.ML.LlamaVae.Native;
using TorchSharp;
using TorchSharp.Utils;
using static Microsoft.ML.LlamaVae.Layers.Numbers;
using static TorchSharp.torch;
using Linear = Microsoft.ML.LlamaVae.Layers.Linear;

namespace Microsoft.ML.LlamaVae.Bottleneck;

/// <summary>A linear head on the sentence embedding: h → mu, logVar.</summary>
/// <remarks>
/// The embedding has unit L2 norm, so it is multiplied by √E first: its entries then have unit scale (our choice).
/// Letters: B batch, E sentence-embedding size, D latent size.
/// </remarks>
public sealed class PosteriorHead : nn.Module<Tensor, DiagonalGaussian>
{
    private const double InitialLogVar = -3;
    private const double PointLogVar = -20; // σ = 4.5e-5: nothing of it is seen in a float32 latent's text

    [ComponentName(Name = "mu")]
    private readonly Linear _mu;

    [ComponentName(Name = "log_var")]
    private readonly Linear? _logVar;
    private readonly double _scale;

    internal PosteriorHead(
        int embeddingSize,
        int latentSize,
        Initializer init,
        PosteriorKind kind = PosteriorKind.Gaussian
    )
        : base(nameof(PosteriorHead))
    {
        TorchBackend.EnsureLoaded();
        EmbeddingSize = embeddingSize;
        LatentSize = latentSize;
        Kind = kind;
        _scale = Math.Sqrt(embeddingSize);
        _mu = new Linear(embeddingSize, latentSize, bias: true, init);
        if (kind == PosteriorKind.Gaussian)
        {
            using var ungraded = no_grad();
            _logVar = new Linear(embeddingSize, latentSize, bias: true, init, std: 0.01);
            _logVar.Bias!.fill_(Number(InitialLogVar));
        }

        RegisterComponents();
    }

    /// <summary>E.</summary>
    public int EmbeddingSize { get; }

    /// <summary>D.</summary>
    public int LatentSize { get; }

    /// <summary>Whether log-variances are learnt or those of a point.</summary>
    public PosteriorKind Kind { get; }

    /// <summary>[B, E] → mu, logVar [B, D]; the caller owns the result.</summary>
    public override DiagonalGaussian forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var h = input * Number(_scale); // [B, E], entries of unit scale
        var mu = _mu.call(h); // [B, D]
        var logVar = _logVar is null ? full_like(mu, Number(PointLogVar)) : _logVar.call(h); // [B, D]
        return new DiagonalGaussian(mu.MoveToOuterDisposeScope(), logVar.MoveToOuterDisposeScope());
    }
}
