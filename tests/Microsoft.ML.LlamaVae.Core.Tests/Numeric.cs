using TorchSharp;
using static Microsoft.ML.LlamaVae.Layers.Numbers;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Tests;

/// <summary>Numeric checks that several tests share.</summary>
internal static class Numeric
{
    /// <summary>The largest difference between autograd's gradient and central differences, over the entries of a float64 input.</summary>
    public static double GradientError(Func<Tensor, Tensor> scalar, Tensor at, double step = 1e-5)
    {
        using var scope = NewDisposeScope();
        var x = at.detach().clone().to(float64).requires_grad_();
        scalar(x).backward();
        var gradient = x.grad!.reshape(-1).data<double>().ToArray();
        using var ungraded = no_grad();
        var worst = 0.0;
        for (var i = 0; i < gradient.Length; i++)
        {
            using var inner = NewDisposeScope();
            var nudge = zeros(gradient.Length, dtype: float64);
            nudge[i] = step;
            nudge = nudge.view(x.shape);
            var difference = (scalar(x.Plus(nudge)) - scalar(x - nudge)).item<double>() / (2 * step);
            worst = Math.Max(worst, Math.Abs(difference - gradient[i]));
        }

        return worst;
    }

    /// <summary>The same for a float64 parameter of a module; its values are moved and put back.</summary>
    public static double ParameterGradientError(Func<Tensor> scalar, Tensor parameter, double step = 1e-5)
    {
        using var scope = NewDisposeScope();
        parameter.grad?.zero_();
        scalar().backward();
        // A parameter that the scalar doesn't read has no gradient.
        var gradient = (parameter.grad ?? zeros_like(parameter)).reshape(-1).data<double>().ToArray();
        using var ungraded = no_grad();
        var entries = parameter.view(-1);
        var worst = 0.0;
        for (var i = 0; i < gradient.Length; i++)
        {
            using var inner = NewDisposeScope();
            var entry = entries.narrow(0, i, 1);
            entry.add_(Number(step), Number(1));
            var above = scalar().item<double>();
            entry.sub_(Number(2 * step));
            var below = scalar().item<double>();
            entry.add_(Number(step), Number(1));
            worst = Math.Max(worst, Math.Abs((above - below) / (2 * step) - gradient[i]));
        }

        return worst;
    }

    /// <summary>Same shape, same type, same values.</summary>
    public static bool AreEqual(Tensor a, Tensor b)
    {
        using var scope = NewDisposeScope();
        return a.dtype == b.dtype && a.shape.SequenceEqual(b.shape) && a.eq(b).all().item<bool>();
    }

    /// <summary>All values of a float32 tensor.</summary>
    public static float[] Values(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        return tensor.detach().cpu().to(float32).contiguous().data<float>().ToArray();
    }
}
