using Microsoft.ML.LlamaVae.Decoder;
using static Microsoft.ML.LlamaVae.Tests.Textbook;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Tests.Decoder;

/// <summary>The LSTM decoder written out in loops and float64, one text at a time: the second opinion.</summary>
internal sealed class TextbookLstm(LstmDecoder decoder)
{
    private readonly LstmDecoderConfiguration _c = decoder.Configuration;
    private readonly Textbook _w = new(decoder);

    /// <summary>Logits [T][V] of one text after a memory [L + 1, 2, 1, M, H], or of a plain text.</summary>
    public double[][] Logits(long[] ids, Tensor? memory)
    {
        var latent = memory is null ? new double[_c.HiddenSize] : Add(Sum(memory, 0, 0), Sum(memory, 0, 1));
        var x = ids.Select(id =>
                Add(
                    [.. _w.Row("embedding.weight", id, _c.HiddenSize).Select(value => value / _c.InitializerRange)],
                    [.. latent.Select(value => value / Math.Sqrt(2))]
                )
            )
            .ToArray();
        for (var layer = 0; layer < _c.Layers; layer++)
        {
            var h = memory is null ? new double[_c.HiddenSize] : Sum(memory, layer + 1, 0);
            var c = memory is null ? new double[_c.HiddenSize] : Sum(memory, layer + 1, 1);
            x = Run(_w, $"layers.{layer}", x, [.. h.Select(Math.Tanh)], c);
        }

        return [.. x.Select(row => _w.Affine(row, _c.TieEmbeddings ? "embedding" : "head"))];
    }

    /// <summary>One layer over all steps: h after each of them.</summary>
    public static double[][] Run(Textbook weights, string name, double[][] inputs, double[] h, double[] c)
    {
        var outputs = new double[inputs.Length][];
        for (var t = 0; t < inputs.Length; t++)
        {
            double Gate(int gate, int i)
            {
                var row = gate * h.Length + i;
                return Dot(weights.Row(name + ".weight_ih", row, inputs[t].Length), inputs[t])
                    + Dot(weights.Row(name + ".weight_hh", row, h.Length), h)
                    + weights[name + ".bias"][row];
            }

            var next = c.Select((old, i) => Sigmoid(Gate(1, i)) * old + Sigmoid(Gate(0, i)) * Math.Tanh(Gate(3, i)))
                .ToArray();
            outputs[t] = [.. next.Select((cell, i) => Sigmoid(Gate(2, i)) * Math.Tanh(cell))];
            (h, c) = (outputs[t], next);
        }

        return outputs;
    }

    // Over the slots, at the scale of one.
    private static double[] Sum(Tensor memory, int layer, int kind)
    {
        var (slots, size) = ((int)memory.size(3), (int)memory.size(4));
        var values = Values(memory[layer][kind][0]);
        return
        [
            .. Enumerable
                .Range(0, size)
                .Select(i => Enumerable.Range(0, slots).Sum(slot => values[slot * size + i]) / Math.Sqrt(slots)),
        ];
    }
}
