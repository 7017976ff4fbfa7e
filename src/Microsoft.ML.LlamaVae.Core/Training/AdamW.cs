using TorchSharp;
using TorchSharp.Modules;
using static Microsoft.ML.LlamaVae.Layers.Numbers;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Training;

/// <summary>Adam with decoupled weight decay (arXiv 1711.05101), β = (0.9, 0.999), ε = 1e-8.</summary>
/// <remarks>
/// A parameter without a gradient keeps its value and its moments. TorchSharp's optimizer isn't used because its arithmetic
/// holds no reference to its numbers; see <see cref="Layers.Numbers"/>.
/// </remarks>
internal sealed class AdamW : IDisposable
{
    private const double FirstDecay = 0.9;
    private const double SecondDecay = 0.999;
    private const double Epsilon = 1e-8;

    private readonly Parameter[] _parameters;
    private readonly double _weightDecay;

    public AdamW(IEnumerable<Parameter> parameters, double weightDecay)
    {
        using var ungraded = no_grad();
        _parameters = [.. parameters];
        _weightDecay = weightDecay;
        Moments =
        [
            .. _parameters.Select(p => new AdamMoments(
                zeros_like(p).DetachFromDisposeScope(),
                zeros_like(p).DetachFromDisposeScope()
            )),
        ];
    }

    /// <summary>One entry for each parameter, in their order.</summary>
    public IReadOnlyList<AdamMoments> Moments { get; }

    public void ClearGradients()
    {
        foreach (var parameter in _parameters)
        {
            parameter.grad = null;
        }
    }

    /// <summary>One step down the gradients.</summary>
    public void Step(double learningRate)
    {
        using var ungraded = no_grad();
        for (var i = 0; i < _parameters.Length; i++)
        {
            using var scope = NewDisposeScope();
            if (_parameters[i].grad is { } gradient)
            {
                Step(_parameters[i], gradient, Moments[i], learningRate);
            }
        }
    }

    private void Step(Parameter parameter, Tensor gradient, AdamMoments moments, double learningRate)
    {
        moments.Steps++;
        using var shrink = (1 - learningRate * _weightDecay).ToScalar();
        using var stride = (-learningRate / (1 - Math.Pow(FirstDecay, moments.Steps))).ToScalar();
        using var spread = Math.Sqrt(1 - Math.Pow(SecondDecay, moments.Steps)).ToScalar();
        moments.First.mul_(Number(FirstDecay)).add_(gradient, Number(1 - FirstDecay));
        moments.Second.mul_(Number(SecondDecay)).addcmul_(gradient, gradient, Number(1 - SecondDecay));
        var scale = (moments.Second.sqrt() / spread).Plus(Number(Epsilon));
        parameter.mul_(shrink).addcdiv_(moments.First, scale, stride);
    }

    public void Dispose()
    {
        foreach (var moments in Moments)
        {
            moments.First.Dispose();
            moments.Second.Dispose();
        }
    }
}
