using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Benchmarks;

/// <summary>What the machine can do, measured by what libtorch itself does best.</summary>
internal sealed class Limits : IDisposable
{
    public const string Bandwidth = "memory read";
    public const string Gemm = "fp32 GEMM";
    private const int Side = 768;
    private readonly Tensor _large = ones(64L << 20); // 256 MiB
    private readonly Tensor _left = ones(Side, Side);
    private readonly Tensor _right = ones(Side, Side);

    /// <summary>GB read.</summary>
    public double Read()
    {
        using var sum = _large.sum();
        return _large.numel() * 4 / 1e9;
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
        _large.Dispose();
        _left.Dispose();
        _right.Dispose();
    }
}
