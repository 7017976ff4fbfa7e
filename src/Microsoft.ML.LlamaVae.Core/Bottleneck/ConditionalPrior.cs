using Microsoft.ML.LlamaVae.Layers;
using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;
using Linear = Microsoft.ML.LlamaVae.Layers.Linear;

namespace Microsoft.ML.LlamaVae.Bottleneck;

/// <summary>p(z|c) of an ordinary conditional VAE (Sohn et al. 2015): c → mu, logVar through one hidden layer.</summary>
/// <remarks>Begins near N(0, I). Letters: B batch, C condition size, D latent size.</remarks>
internal sealed class ConditionalPrior : nn.Module<Tensor, DiagonalGaussian>
{
    private const double InitialStd = 0.01;

    [ComponentName(Name = "hidden")]
    private readonly Linear _hidden;

    [ComponentName(Name = "mu")]
    private readonly Linear _mu;

    [ComponentName(Name = "log_var")]
    private readonly Linear _logVar;

    public ConditionalPrior(int conditionSize, int latentSize, int hiddenSize, Initializer init)
        : base(nameof(ConditionalPrior))
    {
        _hidden = new Linear(conditionSize, hiddenSize, bias: true, init);
        _mu = new Linear(hiddenSize, latentSize, bias: true, init, std: InitialStd);
        _logVar = new Linear(hiddenSize, latentSize, bias: true, init, std: InitialStd);
        RegisterComponents();
    }

    /// <summary>[B, C] → mu, logVar [B, D]; the caller owns the result.</summary>
    public override DiagonalGaussian forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var h = _hidden.call(input).tanh(); // [B, hidden]
        return new DiagonalGaussian(
            _mu.call(h).MoveToOuterDisposeScope(), // [B, D]
            _logVar.call(h).MoveToOuterDisposeScope() // [B, D]
        );
    }
}
