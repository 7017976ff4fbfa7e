using System.Numerics.Tensors;

namespace Microsoft.ML.LlamaVae.Evaluation;

/// <summary>Multinomial logistic regression on standardised inputs, with an L1 and an L2 penalty; deterministic.</summary>
/// <remarks>
/// Minimises mean cross-entropy + l1 ‖W‖₁ + ½ l2 ‖W‖², the bias free, by FISTA (Beck and Teboulle 2009) with a step from
/// the largest eigenvalue and a restart whenever the momentum points uphill (O'Donoghue and Candès 2015). The objective is
/// scikit-learn's with C = 1/(l1·N) or 1/(l2·N). Letters: N rows, D inputs, C classes.
/// </remarks>
internal sealed class SoftmaxRegression
{
    private const int MaxIterations = 2000;
    private const double Tolerance = 1e-7; // largest change of a weight

    private readonly int[] classes;
    private readonly Standardization standardization;
    private readonly double[][] weights; // [C][D + 1], the bias last

    private SoftmaxRegression(int[] classes, Standardization standardization, double[][] weights)
    {
        this.classes = classes;
        this.standardization = standardization;
        this.weights = weights;
    }

    /// <summary>Fits the weights.</summary>
    /// <param name="inputs">[N][D].</param>
    /// <param name="labels">[N].</param>
    /// <param name="l1">0 or more.</param>
    /// <param name="l2">0 or more.</param>
    public static SoftmaxRegression Fit(double[][] inputs, int[] labels, double l1, double l2)
    {
        var scaling = Standardization.Of(inputs);
        var rows = inputs.Select(scaling.Apply).ToArray(); // [N][D + 1]
        var known = labels.Distinct().Order().ToArray();
        var targets = labels.Select(label => Array.BinarySearch(known, label)).ToArray();
        return new SoftmaxRegression(known, scaling, Minimize(rows, targets, known.Length, l1, l2));
    }

    /// <summary>Σ_c |W_dc| of the standardised input d.</summary>
    public double Importance(int d) => weights.Sum(row => Math.Abs(row[d]));

    /// <summary>The share of rows whose label is predicted; a label unseen in training is never hit.</summary>
    public double Accuracy(double[][] inputs, int[] labels) =>
        inputs.Zip(labels).Average(row => Predict(row.First) == row.Second ? 1.0 : 0.0);

    private int Predict(double[] input)
    {
        var row = standardization.Apply(input);
        return classes[TensorPrimitives.IndexOfMax<double>(weights.Select(w => Dot(w, row)).ToArray())];
    }

    private static double[][] Minimize(double[][] rows, int[] targets, int classCount, double l1, double l2)
    {
        var size = rows[0].Length; // D + 1
        var step = 1 / (0.5 * LargestEigenvalue(rows) + l2); // the softmax's Hessian is at most ½ I
        var current = Zeros(classCount, size);
        var ahead = Zeros(classCount, size);
        var momentum = 1.0;
        var change = double.PositiveInfinity;
        for (var iteration = 0; iteration < MaxIterations && change > Tolerance; iteration++)
        {
            var next = Gradient(rows, targets, ahead, l2);
            var uphill = 0.0;
            change = 0;
            for (var c = 0; c < classCount; c++)
            {
                for (var d = 0; d < size; d++)
                {
                    var moved = ahead[c][d] - step * next[c][d];
                    next[c][d] = d < size - 1 ? SoftThreshold(moved, step * l1) : moved;
                    uphill += (ahead[c][d] - next[c][d]) * (next[c][d] - current[c][d]);
                    change = Math.Max(change, Math.Abs(next[c][d] - current[c][d]));
                }
            }

            var nextMomentum = uphill > 0 ? 1 : (1 + Math.Sqrt(1 + 4 * momentum * momentum)) / 2;
            var push = uphill > 0 ? 0 : (momentum - 1) / nextMomentum;
            for (var c = 0; c < classCount; c++)
            {
                for (var d = 0; d < size; d++)
                {
                    ahead[c][d] = next[c][d] + push * (next[c][d] - current[c][d]);
                }
            }

            (current, momentum) = (next, nextMomentum);
        }

        return current;
    }

    /// <summary>(1/N) Σ_n (softmax(W x_n) − onehot(y_n)) x_nᵀ + l2 W, the bias without penalty.</summary>
    private static double[][] Gradient(double[][] rows, int[] targets, double[][] weights, double l2)
    {
        var gradient = weights.Select(w => w.Select((x, d) => d < w.Length - 1 ? l2 * x : 0).ToArray()).ToArray();
        var probabilities = new double[weights.Length];
        for (var n = 0; n < rows.Length; n++)
        {
            for (var c = 0; c < weights.Length; c++)
            {
                probabilities[c] = Dot(weights[c], rows[n]);
            }

            TensorPrimitives.Subtract(probabilities, TensorPrimitives.Max<double>(probabilities), probabilities);
            TensorPrimitives.SoftMax<double>(probabilities, probabilities);
            probabilities[targets[n]] -= 1;
            for (var c = 0; c < weights.Length; c++)
            {
                TensorPrimitives.MultiplyAdd(rows[n], probabilities[c] / rows.Length, gradient[c], gradient[c]);
            }
        }

        return gradient;
    }

    /// <summary>The largest eigenvalue of XᵀX/N by power iteration, a little enlarged so that the step is safe.</summary>
    private static double LargestEigenvalue(double[][] rows)
    {
        var vector = Enumerable.Range(1, rows[0].Length).Select(d => 1.0 / d).ToArray();
        var eigenvalue = 1.0;
        for (var iteration = 0; iteration < 50; iteration++)
        {
            var image = new double[vector.Length];
            foreach (var row in rows)
            {
                TensorPrimitives.MultiplyAdd(row, Dot(row, vector) / rows.Length, image, image);
            }

            eigenvalue = TensorPrimitives.Norm<double>(image) / TensorPrimitives.Norm<double>(vector);
            TensorPrimitives.Divide(image, TensorPrimitives.Norm<double>(image), vector);
        }

        return 1.1 * eigenvalue;
    }

    private static double Dot(double[] a, double[] b) => TensorPrimitives.Dot<double>(a, b);

    private static double SoftThreshold(double value, double threshold) =>
        Math.Sign(value) * Math.Max(0, Math.Abs(value) - threshold);

    private static double[][] Zeros(int rows, int columns) =>
        [.. Enumerable.Range(0, rows).Select(_ => new double[columns])];
}
