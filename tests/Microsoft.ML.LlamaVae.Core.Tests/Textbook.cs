using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Tests;

/// <summary>The arithmetic of the second opinions: rows of float64, weights by name.</summary>
internal sealed class Textbook(nn.Module module)
{
    private readonly Dictionary<string, double[]> _weights = module
        .state_dict()
        .ToDictionary(entry => entry.Key, entry => Values(entry.Value));

    public double[] this[string name] => _weights[name];

    public bool Has(string name) => _weights.ContainsKey(name);

    /// <summary>W x + b, W [O, I].</summary>
    public double[] Affine(double[] x, string name)
    {
        var weight = _weights[name + ".weight"];
        var bias = _weights.GetValueOrDefault(name + ".bias");
        var y = new double[weight.Length / x.Length];
        for (var o = 0; o < y.Length; o++)
        {
            y[o] = bias?[o] ?? 0;
            for (var i = 0; i < x.Length; i++)
            {
                y[o] += weight[o * x.Length + i] * x[i];
            }
        }

        return y;
    }

    /// <summary>x W + b, W [I, O].</summary>
    public double[] Conv1D(double[] x, string name)
    {
        var weight = _weights[name + ".weight"];
        var y = (double[])_weights[name + ".bias"].Clone();
        for (var i = 0; i < x.Length; i++)
        {
            for (var o = 0; o < y.Length; o++)
            {
                y[o] += x[i] * weight[i * y.Length + o];
            }
        }

        return y;
    }

    public double[] LayerNorm(double[] x, string name, double epsilon)
    {
        var mean = x.Average();
        var deviation = Math.Sqrt(x.Average(value => (value - mean) * (value - mean)) + epsilon);
        return
        [
            .. x.Select(
                (value, i) => (value - mean) / deviation * _weights[name + ".weight"][i] + _weights[name + ".bias"][i]
            ),
        ];
    }

    /// <summary>A row of a table.</summary>
    public double[] Row(string name, long row, int size) => _weights[name].AsSpan((int)row * size, size).ToArray();

    /// <summary>softmax(q·k / √d) v for one query and what it sees.</summary>
    public static double[] Attend(double[] q, IReadOnlyList<(double[] Key, double[] Value)> seen)
    {
        var weights = seen.Select(s => Math.Exp(Dot(q, s.Key) / Math.Sqrt(q.Length))).ToArray();
        return
        [
            .. Enumerable
                .Range(0, q.Length)
                .Select(d => seen.Select((s, i) => weights[i] * s.Value[d]).Sum() / weights.Sum()),
        ];
    }

    /// <summary>½ x (1 + tanh(√(2/π) (x + 0.044715 x³))).</summary>
    public static double TanhGelu(double x) =>
        0.5 * x * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));

    /// <summary>x Φ(x), Φ by its series Σ (−1)ⁿ x²ⁿ⁺¹ / (2ⁿ n! (2n + 1)) / √(2π).</summary>
    public static double Gelu(double x)
    {
        var (sum, term) = (0.0, x);
        for (var n = 0; n < 200; n++)
        {
            sum += term / (2 * n + 1);
            term *= -x * x / (2 * (n + 1));
        }

        return x * (0.5 + sum / Math.Sqrt(2 * Math.PI));
    }

    public static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    public static double Dot(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();

    public static double[] Add(params double[][] rows) =>
        [.. Enumerable.Range(0, rows[0].Length).Select(i => rows.Sum(row => row[i]))];

    public static double[] Unit(double[] x) => [.. x.Select(value => value / Math.Sqrt(Dot(x, x)))];

    public static double[] Values(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        return tensor.detach().to(float64).contiguous().data<double>().ToArray();
    }
}
