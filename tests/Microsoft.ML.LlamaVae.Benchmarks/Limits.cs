using System.Numerics;
using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Benchmarks;

/// <summary>What one core of the machine can do: read memory and multiply matrices.</summary>
internal sealed class Limits : IDisposable
{
    public const string Bandwidth = "memory read";
    public const string Gemm = "fp32 GEMM";
    private const int Side = 768;
    private readonly float[] _large = GC.AllocateArray<float>(64 << 20, pinned: true); // 256 MiB
    private readonly Tensor _left = ones(Side, Side);
    private readonly Tensor _right = ones(Side, Side);

    public Limits() => _large.AsSpan().Fill(1);

    /// <summary>GB read: in four streams of whole vectors, with nothing done but an addition.</summary>
    public double Read()
    {
        ReadOnlySpan<Vector<float>> all = MemoryMarshal.Cast<float, Vector<float>>(_large);
        var quarter = all.Length / 4;
        var a = all[..quarter];
        var b = all.Slice(quarter, quarter);
        var c = all.Slice(2 * quarter, quarter);
        var d = all.Slice(3 * quarter, quarter);
        var (first, second, third, fourth) = (a[0], b[0], c[0], d[0]);
        for (var i = 1; i < quarter; i++)
        {
            first += a[i];
            second += b[i];
            third += c[i];
            fourth += d[i];
        }

        GC.KeepAlive(Vector.Sum(first + second + third + fourth));
        return _large.Length * 4 / 1e9;
    }

    /// <summary>GFLOP done.</summary>
    public double Multiply()
    {
        for (var i = 0; i < 8; i++)
        {
            using var product = _left.mm(_right);
        }

        return 8 * 2.0 * Side * Side * Side / 1e9;
    }

    public void Dispose()
    {
        _left.Dispose();
        _right.Dispose();
    }
}
