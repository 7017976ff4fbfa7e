using Microsoft.ML.LlamaVae.Layers;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Encoder;

/// <summary>A linear map under the name that the checkpoints give it; what is done with its result is the caller's.</summary>
internal sealed class BertDense : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "dense")]
    private readonly Linear _dense;

    public BertDense(int inputs, int outputs, Initializer init)
        : base(nameof(BertDense))
    {
        _dense = new Linear(inputs, outputs, bias: true, init);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input) => _dense.call(input);
}
