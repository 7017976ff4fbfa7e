using Microsoft.ML.LlamaVae.Layers;
using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Encoder;

/// <summary>The layers of BERT.</summary>
internal sealed class BertStack : nn.Module
{
    [ComponentName(Name = "layer")]
    private readonly ModuleList<BertLayer> _layers;

    public BertStack(BertConfiguration c, Initializer init)
        : base(nameof(BertStack))
    {
        _layers = new ModuleList<BertLayer>([.. Enumerable.Range(0, c.Layers).Select(_ => new BertLayer(c, init))]);
        RegisterComponents();
    }

    /// <summary>Embedded real tokens [N, H] → hidden states [N, H].</summary>
    /// <param name="x">Of the N tokens.</param>
    /// <param name="places">Of the N tokens.</param>
    /// <param name="mask">[B, S].</param>
    public Tensor Forward(Tensor x, TokenPlaces places, Tensor mask)
    {
        using var scope = NewDisposeScope();
        var visible = mask.unsqueeze(1).unsqueeze(1); // [B, 1, 1, S]
        foreach (var layer in _layers)
        {
            x = layer.Forward(x, places, visible);
        }

        return x.MoveToOuterDisposeScope();
    }
}
