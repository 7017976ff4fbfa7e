using Microsoft.ML.LlamaVae.Layers;
using TorchSharp.Utils;
using static TorchSharp.torch;
using Linear = Microsoft.ML.LlamaVae.Layers.Linear;

namespace Microsoft.ML.LlamaVae.Flow;

/// <summary>The network of a coupling: two hidden layers with SiLU, then an output that begins as zero.</summary>
/// <remarks>
/// It sees asinh of its input: small values as they are, large ones by their logarithm. An outlier then shifts the other
/// half by little, and the inverse stays accurate far from the data (our choice; a shift of the outlier's own size would
/// wipe out the digits of what it is added to).
/// </remarks>
internal sealed class Conditioner : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "input")]
    private readonly Linear _input;

    [ComponentName(Name = "hidden")]
    private readonly Linear _hidden;

    [ComponentName(Name = "output")]
    private readonly Linear _output;

    public Conditioner(int inputs, int hiddenSize, int outputs, Initializer init)
        : base(nameof(Conditioner))
    {
        _input = new Linear(inputs, hiddenSize, bias: true, init);
        _hidden = new Linear(hiddenSize, hiddenSize, bias: true, init);
        _output = new Linear(hiddenSize, outputs, bias: true, init, std: 0);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        using var scope = NewDisposeScope();
        var h = nn.functional.silu(_input.call(input.asinh())); // [B, hidden]
        return _output.call(nn.functional.silu(_hidden.call(h))).MoveToOuterDisposeScope(); // [B, outputs]
    }
}
