using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Benchmarks.Gpu;

/// <summary>What a device can do through libtorch: read its memory and multiply matrices.</summary>
internal sealed class DeviceLimits : IDisposable
{
    public const string Bandwidth = "memory read";
    public const string Single = "float32 matrix product";
    private readonly Machine _machine;
    private readonly Tensor _large;
    private readonly Tensor _single;
    private readonly Tensor _half;

    public DeviceLimits(Machine machine)
    {
        _machine = machine;
        var side = machine.IsReal ? 8192 : 256;
        _large = ones([machine.IsReal ? 1L << 30 : 1 << 22], machine.Type, machine.Device); // 2 GiB on a GPU
        _single = ones([side, side], float32, machine.Device);
        _half = ones([side, side], machine.Type, machine.Device);
    }

    /// <summary>Name of the limit of the decoder's type.</summary>
    public string Gemm => $"{_machine.Type.ToString().ToLowerInvariant()} matrix product";

    /// <summary>Enters the limits.</summary>
    public Contest Enter(Contest contest)
    {
        contest
            .Add(Bandwidth, "GB/s", () => Work(() => _large.sum(), _large.numel() * _machine.BytesPerWeight / 1e9))
            .Add(Gemm, "GFLOP/s", () => Multiply(_half));
        return Gemm == Single ? contest : contest.Add(Single, "GFLOP/s", () => Multiply(_single));
    }

    public void Dispose()
    {
        _large.Dispose();
        _single.Dispose();
        _half.Dispose();
    }

    private double Multiply(Tensor matrix) => Work(() => matrix.mm(matrix), 2 * Math.Pow(matrix.size(0), 3) / 1e9);

    // Several times: a launch must not count.
    private double Work(Func<Tensor> work, double amount)
    {
        const int times = 8;
        for (var i = 0; i < times; i++)
        {
            work().Dispose();
        }

        return _machine.Finish(times * amount);
    }
}
