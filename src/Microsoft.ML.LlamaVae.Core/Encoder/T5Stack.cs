using Microsoft.ML.LlamaVae.Layers;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static Microsoft.ML.LlamaVae.Layers.Numbers;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Encoder;

/// <summary>The layers of the T5 encoder and the last norm.</summary>
internal sealed class T5Stack : nn.Module
{
    [ComponentName(Name = "block")]
    private readonly ModuleList<T5Block> _blocks;

    [ComponentName(Name = "final_layer_norm")]
    private readonly RmsNorm _norm;

    public T5Stack(SentenceT5Configuration c, Initializer init)
        : base(nameof(T5Stack))
    {
        _blocks = new ModuleList<T5Block>([
            .. Enumerable.Range(0, c.Layers).Select(i => new T5Block(c, hasPositionBias: i == 0, init)),
        ]);
        _norm = new RmsNorm(c.HiddenSize, c.NormEpsilon);
        RegisterComponents();
    }

    /// <summary>Embedded real tokens [N, H] → hidden states [N, H].</summary>
    /// <param name="x">Of the N tokens.</param>
    /// <param name="places">Of the N tokens.</param>
    /// <param name="mask">[B, S].</param>
    public Tensor Forward(Tensor x, TokenPlaces places, Tensor mask)
    {
        using var scope = NewDisposeScope();
        // One table for all blocks; padding is out of sight for every query.
        var position = _blocks[0].PositionBias((int)places.Length)!; // [1, heads, S, S]
        var hidden = mask.logical_not().unsqueeze(1).unsqueeze(1); // [B, 1, 1, S]
        var bias = position.expand(places.Batch, -1, -1, -1).masked_fill(hidden, Number(double.NegativeInfinity)); // [B, heads, S, S]
        foreach (var block in _blocks)
        {
            x = block.Forward(x, places, bias);
        }

        return _norm.call(x).MoveToOuterDisposeScope();
    }
}
