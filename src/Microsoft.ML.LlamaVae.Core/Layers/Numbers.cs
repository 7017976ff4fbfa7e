using System.Collections.Concurrent;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Layers;

/// <summary>
/// Numbers for tensor arithmetic. A number written straight into it becomes a Scalar that nothing holds while libtorch reads it:
/// a garbage collection set off by another thread frees it under the running operation, which then fails or, worse, computes with
/// another number. These are held for good, so take numbers that vary without bound by <c>using var s = x.ToScalar()</c> instead.
/// TorchSharp's own addition makes such a Scalar too (alpha = 1); <see cref="Plus(Tensor, Tensor)"/> is the sum without it.
/// </summary>
internal static class Numbers
{
    private static readonly ConcurrentDictionary<double, Scalar> Reals = new();
    private static readonly ConcurrentDictionary<long, Scalar> Integers = new();

    public static Scalar Number(double value) => Reals.GetOrAdd(value, static x => x.ToScalar());

    public static Scalar Number(long value) => Integers.GetOrAdd(value, static x => x.ToScalar());

    public static Tensor Plus(this Tensor left, Tensor right) => left.add(right, Number(1));

    public static Tensor Plus(this Tensor left, Scalar right) => left.add(right, Number(1));
}
