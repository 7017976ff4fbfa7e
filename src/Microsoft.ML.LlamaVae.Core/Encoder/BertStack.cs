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

    /// <summary>Embedded tokens [B, S, H] and mask [B, S] → hidden states [B, S, H].</summary>
    public Tensor Forward(Tensor x, Tensor mask)
    {
        using var scope = NewDisposeScope();
        var visible = mask.unsqueeze(1).unsqueeze(1); // [B, 1, 1, S]
        foreach (var layer in _layers)
        {
            x = layer.Forward(x, visible);
        }

        return x.MoveToOuterDisposeScope();
    }
}
