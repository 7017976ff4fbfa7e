using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static Microsoft.ML.LlamaVae.Layers.Numbers;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Layers;

/// <summary>
/// A long short-term memory (Hochreiter and Schmidhuber 1997; forget gate Gers et al. 2000):
/// c ← σ(f) ⊙ c + σ(i) ⊙ tanh(g), h ← σ(o) ⊙ tanh(c), with [i, f, o, g] = W x + U h + b.
/// </summary>
/// <remarks>Letters: B batch, T steps, I input size, H state size.</remarks>
internal sealed class LstmLayer : nn.Module
{
    [ComponentName(Name = "weight_ih")]
    private readonly Parameter _input; // W [4 H, I]

    [ComponentName(Name = "weight_hh")]
    private readonly Parameter _recurrent; // U [4 H, H]

    [ComponentName(Name = "bias")]
    private readonly Parameter _bias; // [4 H]
    private readonly int _size;

    public LstmLayer(int inputs, int size, Initializer init)
        : base(nameof(LstmLayer))
    {
        _size = size;
        _input = init.Normal(1 / Math.Sqrt(inputs), 4 * size, inputs);
        _recurrent = init.Normal(1 / Math.Sqrt(size), 4 * size, size);
        _bias = Initializer.Constant(0, 4 * size);
        using (no_grad())
        {
            // A layer that begins by remembering learns faster.
            using var forget = _bias.narrow(0, size, size);
            forget.fill_(Number(1));
        }

        RegisterComponents();
    }

    /// <summary>Runs over all steps.</summary>
    /// <param name="x">[B, T, I].</param>
    /// <param name="state">Before the first step; stays the caller's.</param>
    /// <param name="real">[B, T], bool: where it is false the state stays as it was; null for everywhere true.</param>
    /// <returns>h after each step [B, T, H], and the state after the last; the caller owns both.</returns>
    public (Tensor Outputs, LstmCell Last) Forward(Tensor x, LstmCell state, Tensor? real = null)
    {
        using var scope = NewDisposeScope();
        var fromInput = nn.functional.linear(x, _input, _bias).unbind(1); // T × [B, 4 H]
        var kept = real?.unsqueeze(2).unbind(1); // T × [B, 1]
        var outputs = new Tensor[fromInput.Length];
        var (h, c) = state; // [B, H] each
        for (var t = 0; t < outputs.Length; t++)
        {
            var gates = fromInput[t].Plus(nn.functional.linear(h, _recurrent)); // [B, 4 H]
            var open = gates.narrow(1, 0, 3 * _size).sigmoid().chunk(3, 1); // σ(i), σ(f), σ(o): [B, H] each
            var next = (open[1] * c).Plus(open[0] * gates.narrow(1, 3 * _size, _size).tanh()); // [B, H]
            var output = open[2] * next.tanh(); // [B, H]
            (h, c) = kept is null ? (output, next) : (where(kept[t], output, h), where(kept[t], next, c));
            outputs[t] = h;
        }

        return (
            stack(outputs, 1).MoveToOuterDisposeScope(),
            new LstmCell(h.alias().MoveToOuterDisposeScope(), c.alias().MoveToOuterDisposeScope())
        );
    }
}
