using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Native;

/// <summary>
/// Operators that libtorch has and TorchSharp lacks, through libtorch's C interface: linear maps over weights in oneDNN's own
/// layout, with what follows them in the same pass, and the fused RMS norm. CPU and float32 only; no gradient.
/// </summary>
/// <remarks>A <see cref="Tensor"/>'s handle is the <c>at::Tensor*</c> that this interface takes. Letters: N rows, I inputs, O outputs.</remarks>
internal static unsafe partial class OneDnn
{
    private const string Library = "torch_cpu";
    private static readonly Lazy<bool> s_isAvailable = new(Try);

    /// <summary>Whether this libtorch has the operators; where it has not, TorchSharp's own do the work.</summary>
    public static bool IsAvailable => s_isAvailable.Value;

    /// <summary>A copy of a weight [O, I] in oneDNN's layout; the caller owns it.</summary>
    public static Tensor Pack(Tensor weight)
    {
        // The row count is an optional integer: a pointer that the callee frees; it only tunes the layout.
        var stack = stackalloc ulong[2];
        Check(aoti_torch_new_tensor_handle(weight.Handle, out var owned));
        stack[0] = (ulong)owned;
        stack[1] = 0;
        Check(aoti_torch_call_dispatcher("mkldnn::_reorder_linear_weight", "", stack));
        return Tensor.UnsafeCreateTensor((nint)stack[0]);
    }

    /// <summary>x Wᵀ + b.</summary>
    /// <param name="x">[N, I].</param>
    /// <param name="weight">From <see cref="Pack"/>.</param>
    /// <param name="bias">[O].</param>
    /// <returns>[N, O]; the caller owns it.</returns>
    public static Tensor Linear(Tensor x, Tensor weight, Tensor? bias) => Pointwise(x, weight, bias, "none"u8);

    /// <summary>silu(x Wᵀ + b); parameters as in <see cref="Linear"/>.</summary>
    public static Tensor LinearSilu(Tensor x, Tensor weight, Tensor? bias) => Pointwise(x, weight, bias, "swish"u8);

    /// <summary>x Wᵀ + b + other, where other is [N, O].</summary>
    public static Tensor LinearPlus(Tensor x, Tensor weight, Tensor? bias, Tensor other) =>
        Binary(x, weight, bias, other, "add"u8);

    /// <summary>(x Wᵀ + b) ⊙ other, where other is [N, O].</summary>
    public static Tensor LinearTimes(Tensor x, Tensor weight, Tensor? bias, Tensor other) =>
        Binary(x, weight, bias, other, "mul"u8);

    /// <summary>x / √(mean(x²) + ε) ⊙ w over the last dimension.</summary>
    public static Tensor RmsNorm(Tensor x, Tensor weight, double epsilon)
    {
        var (size, scale) = (weight.size(0), weight.Handle);
        Check(aoti_torch_cpu__fused_rms_norm(x.Handle, &size, 1, &scale, &epsilon, out var normed, out var deviation));
        Tensor.UnsafeCreateTensor(deviation).Dispose();
        return Tensor.UnsafeCreateTensor(normed);
    }

    /// <summary>Counts the changes of a tensor in place, its views' changes included.</summary>
    public static long Version(Tensor tensor)
    {
        var stack = stackalloc ulong[1];
        Check(aoti_torch_new_tensor_handle(tensor.Handle, out var owned));
        stack[0] = (ulong)owned;
        Check(aoti_torch_call_dispatcher("aten::_version", "", stack));
        return (long)stack[0];
    }

    /// <summary>Where the numbers of a tensor begin.</summary>
    public static nint Address(Tensor tensor)
    {
        Check(aoti_torch_get_data_ptr(tensor.Handle, out var address));
        return address;
    }

    private static Tensor Pointwise(Tensor x, Tensor weight, Tensor? bias, ReadOnlySpan<byte> then)
    {
        var b = bias?.Handle ?? 0;
        fixed (byte* attribute = then)
        {
            Check(
                aoti_torch_cpu__linear_pointwise(
                    x.Handle,
                    weight.Handle,
                    bias is null ? null : &b,
                    attribute,
                    null,
                    0,
                    null,
                    out var y
                )
            );
            return Tensor.UnsafeCreateTensor(y);
        }
    }

    private static Tensor Binary(Tensor x, Tensor weight, Tensor? bias, Tensor other, ReadOnlySpan<byte> then)
    {
        var b = bias?.Handle ?? 0;
        fixed (byte* attribute = then)
        {
            Check(
                aoti_torch_cpu__linear_pointwise_binary(
                    x.Handle,
                    other.Handle,
                    weight.Handle,
                    bias is null ? null : &b,
                    attribute,
                    out var y
                )
            );
            return Tensor.UnsafeCreateTensor(y);
        }
    }

    private static bool Try()
    {
        try
        {
            using var scope = NewDisposeScope();
            using var ungraded = no_grad();
            var x = ones(2, 16); // [N, I]
            var packed = Pack(ones(16, 16));
            var y = LinearTimes(LinearSilu(RmsNorm(x, ones(16), 0), packed, null), packed, null, x); // [N, O]
            return Version(x) == 0 && Address(x) != 0 && y.isfinite().all().item<bool>();
        }
        catch (Exception e)
            when (e
                    is DllNotFoundException
                        or EntryPointNotFoundException
                        or ExternalException
                        or InvalidOperationException
            )
        {
            return false;
        }
    }

    private static void Check(int error, [CallerMemberName] string operation = "")
    {
        if (error != 0)
        {
            throw new InvalidOperationException(
                $"libtorch refused the operation {operation}; its message is on stderr."
            );
        }
    }

    [LibraryImport(Library)]
    private static partial int aoti_torch_new_tensor_handle(nint tensor, out nint owned);

    [LibraryImport(Library)]
    private static partial int aoti_torch_get_data_ptr(nint tensor, out nint address);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int aoti_torch_call_dispatcher(string name, string overload, ulong* stack);

    [LibraryImport(Library)]
    private static partial int aoti_torch_cpu__fused_rms_norm(
        nint x,
        long* shape,
        long dimensions,
        nint* weight,
        double* epsilon,
        out nint normed,
        out nint deviation
    );

    [LibraryImport(Library)]
    private static partial int aoti_torch_cpu__linear_pointwise(
        nint x,
        nint weight,
        nint* bias,
        byte* attribute,
        void* scalars,
        long scalarCount,
        byte** algorithm,
        out nint y
    );

    [LibraryImport(Library)]
    private static partial int aoti_torch_cpu__linear_pointwise_binary(
        nint x,
        nint other,
        nint weight,
        nint* bias,
        byte* attribute,
        out nint y
    );
}
