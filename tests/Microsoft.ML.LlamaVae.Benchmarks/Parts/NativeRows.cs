using Microsoft.ML.LlamaVae.Kernels;
using Microsoft.ML.LlamaVae.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Benchmarks.Parts;

/// <summary>Random rows as the kernels see them and as libtorch does.</summary>
internal sealed unsafe class NativeRows : IDisposable
{
    public NativeRows(int count, int width)
    {
        using var generator = new Generator(1);
        Numbers = randn([count, width], generator: generator).DetachFromDisposeScope();
        View = new Rows((float*)NativeTensor.Address(Numbers), count, width);
    }

    /// <summary>[count, width].</summary>
    public Tensor Numbers { get; }

    /// <summary>The same memory.</summary>
    public Rows View { get; }

    public void Dispose() => Numbers.Dispose();
}
