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
    [ComponentName(Name = "mu")]
    private readonly Linear _mu;

    [ComponentName(Name = "log_var")]
    private readonly Linear _logVar;
    private readonly double _scale;

    internal PosteriorHead(int embeddingSize, int latentSize, Initializer init, double initialLogVar = -3)
        : base(nameof(PosteriorHead))
    {
        TorchBackend.EnsureLoaded();
        EmbeddingSize = embeddingSize;
        LatentSize = latentSize;
        _scale = Math.Sqrt(embeddingSize);
        _mu = new Linear(embeddingSize, latentSize, bias: true, init);
        _logVar = new Linear(embeddingSize, latentSize, bias: true, init, std: 0.01);
        using (no_grad())
        {
            _logVar.Bias!.fill_(Number(initialLogVar));
        }

        RegisterComponents();
    }

    /// <summary>E.</summary>
    public int EmbeddingSize { get; }

    /// <summary>D.</summary>
    public int LatentSize { get; }

    /// <summary>[B, E] → mu, logVar [B, D]; the caller owns the result.</summary>
    public override DiagonalGaussian forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var h = input * Number(_scale); // [B, E], entries of unit scale
        return new DiagonalGaussian(_mu.call(h).MoveToOuterDisposeScope(), _logVar.call(h).MoveToOuterDisposeScope());
    }
}
