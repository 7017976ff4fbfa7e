using Microsoft.ML.LlamaVae.Layers;
using Microsoft.ML.LlamaVae.Native;
using TorchSharp;
using TorchSharp.Utils;
using static TorchSharp.torch;
using Linear = Microsoft.ML.LlamaVae.Layers.Linear;

namespace Microsoft.ML.LlamaVae.Decoder;

/// <summary>z → M extra key/value slots for every layer of the decoder (Optimus' memory): a pre-filled KV cache, nothing more.</summary>
/// <remarks>
/// One slot and a linear map is the paper's set-up. A hidden layer with SiLU keeps the parameter count small for a large
/// LLaMA, whose 2·L·Hkv·Dh·M outputs would each cost D weights (our choice).
/// Letters: B batch, D latent size, L layers, Hkv key-value heads, M slots, Dh head size.
/// </remarks>
public sealed class LatentMemory : nn.Module<Tensor, Tensor>
{
    private const double SiluPower = 0.3556; // E[silu(x)²] for x ~ N(0, 1)

    [ComponentName(Name = "hidden")]
    private readonly Linear? _hidden;

    [ComponentName(Name = "slots")]
    private readonly Linear _slots;

    internal LatentMemory(int latentSize, MemoryShape shape, int slots, int? hiddenSize, Initializer init)
        : base(nameof(LatentMemory))
    {
        TorchBackend.EnsureLoaded();
        ArgumentOutOfRangeException.ThrowIfLessThan(latentSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(slots, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(hiddenSize ?? 1, 1);
        LatentSize = latentSize;
        Shape = shape;
        Slots = slots;
        HiddenSize = hiddenSize;
        _hidden = hiddenSize is { } hidden ? new Linear(latentSize, hidden, bias: true, init) : null;
        // Entries of unit scale for z ~ N(0, I), like those of the keys and values that the decoder makes itself.
        var inputs = hiddenSize ?? latentSize;
        var std = 1 / Math.Sqrt(inputs * (hiddenSize is null ? 1 : SiluPower));
        _slots = new Linear(inputs, slots * shape.SizePerSlot, bias: true, init, std);
        RegisterComponents();
    }

    /// <summary>D.</summary>
    public int LatentSize { get; }

    /// <summary>M.</summary>
    public int Slots { get; }

    /// <summary>Width of the hidden layer; null where the map is linear.</summary>
    public int? HiddenSize { get; }

    /// <summary>L, Hkv and Dh of the decoder.</summary>
    public MemoryShape Shape { get; }

    /// <summary>z [B, D] → memory [B, L, 2, Hkv, M, Dh]; the caller owns it.</summary>
    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var x = _hidden is null ? input : nn.functional.silu(_hidden.call(input)); // [B, D or hidden]
        return _slots
            .call(x)
            .view(input.size(0), Shape.Layers, 2, Shape.KeyValueHeads, Slots, Shape.HeadSize)
            .MoveToOuterDisposeScope();
    }
}
