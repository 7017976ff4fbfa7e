using System.Numerics;
using Microsoft.ML.LlamaVae.Decoder;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Tests.Decoder;

/// <summary>LLaMA written out in loops and float64, one text at a time, with the weights of a decoder: the second opinion.</summary>
internal sealed class TextbookLlama
{
    private readonly LlamaConfiguration _c;
    private readonly Dictionary<string, double[]> _weights;
    private readonly double[] _frequencies;

    public TextbookLlama(LlamaDecoder decoder)
    {
        _c = decoder.Configuration;
        _weights = decoder.state_dict().ToDictionary(entry => entry.Key, entry => Values(entry.Value));
        _frequencies = [.. Enumerable.Range(0, _c.HeadSize / 2).Select(i => Frequency(_c, i))];
    }

    /// <summary>Logits [T][V] of one text behind the slots of a memory, which are rotated to the positions 0 … M−1.</summary>
    /// <param name="ids">T tokens.</param>
    /// <param name="memory">[L, 2, Hkv, M, Dh] or null.</param>
    /// <param name="made">Unrotated keys and values of the text as they are made [L, 2, Hkv, T, Dh]; null if unwanted.</param>
    public double[][] Logits(long[] ids, Tensor? memory, double[,,,,]? made = null)
    {
        var slots = memory is null ? 0 : (int)memory.size(3);
        var given = memory is null ? [] : Values(memory);
        var embeddings = _weights["model.embed_tokens.weight"];
        var x = ids.Select(id => embeddings.AsSpan((int)id * _c.HiddenSize, _c.HiddenSize).ToArray()).ToArray();
        for (var layer = 0; layer < _c.Layers; layer++)
        {
            var name = $"model.layers.{layer}.";
            var normed = x.Select(row => Norm(row, name + "input_layernorm")).ToArray();
            var queries = normed.Select(row => Affine(row, name + "self_attn.q_proj")).ToArray();
            var keys = normed.Select(row => Affine(row, name + "self_attn.k_proj")).ToArray();
            var values = normed.Select(row => Affine(row, name + "self_attn.v_proj")).ToArray();
            for (var t = 0; t < ids.Length; t++)
            {
                var mixed = new List<double>();
                for (var head = 0; head < _c.Heads; head++)
                {
                    var group = head / (_c.Heads / _c.KeyValueHeads);
                    var q = Rotate(Head(queries[t], head), slots + t);
                    var seen = Enumerable
                        .Range(0, slots)
                        .Select(s =>
                            (Rotate(Slot(given, layer, 0, group, s, slots), s), Slot(given, layer, 1, group, s, slots))
                        )
                        .Concat(
                            Enumerable
                                .Range(0, t + 1)
                                .Select(s => (Rotate(Head(keys[s], group), slots + s), Head(values[s], group)))
                        )
                        .ToArray();
                    var weights = seen.Select(s => Math.Exp(Dot(q, s.Item1) / Math.Sqrt(_c.HeadSize))).ToArray();
                    mixed.AddRange(
                        Enumerable
                            .Range(0, _c.HeadSize)
                            .Select(d => weights.Zip(seen, (w, s) => w * s.Item2[d]).Sum() / weights.Sum())
                    );
                }

                x[t] = Add(x[t], Affine([.. mixed], name + "self_attn.o_proj"));
                Record(made, layer, t, keys[t], values[t]);
            }

            foreach (var row in x.Select((_, t) => t))
            {
                var input = Norm(x[row], name + "post_attention_layernorm");
                var gate = Affine(input, name + "mlp.gate_proj").Select(g => g / (1 + Math.Exp(-g)));
                var hidden = gate.Zip(Affine(input, name + "mlp.up_proj"), (g, u) => g * u);
                x[row] = Add(x[row], Affine([.. hidden], name + "mlp.down_proj"));
            }
        }

        var lmHead = _c.TieEmbeddings ? "model.embed_tokens" : "lm_head";
        return [.. x.Select(row => Affine(Norm(row, "model.norm"), lmHead))];
    }

    // The rule of LLaMA 3.1 by wavelengths, as it was published.
    private static double Frequency(LlamaConfiguration c, int i)
    {
        var frequency = 1 / Math.Pow(c.RopeTheta, 2.0 * i / c.HeadSize);
        var scaling = c.RopeScaling;
        if (scaling.Kind != RopeScalingKind.Llama3)
        {
            return scaling.Kind == RopeScalingKind.Linear ? frequency / scaling.Factor : frequency;
        }

        var wavelength = 2 * Math.PI / frequency;
        if (wavelength < scaling.OriginalMaxPositions / scaling.HighFrequencyFactor)
        {
            return frequency;
        }

        if (wavelength > scaling.OriginalMaxPositions / scaling.LowFrequencyFactor)
        {
            return frequency / scaling.Factor;
        }

        var smooth =
            (scaling.OriginalMaxPositions / wavelength - scaling.LowFrequencyFactor)
            / (scaling.HighFrequencyFactor - scaling.LowFrequencyFactor);
        return (1 - smooth) * frequency / scaling.Factor + smooth * frequency;
    }

    // Pair (i, i + Dh/2) is a complex number, turned by the angle of its position.
    private double[] Rotate(double[] head, int position)
    {
        var half = head.Length / 2;
        var turned = Enumerable
            .Range(0, half)
            .Select(i =>
                new Complex(head[i], head[i + half]) * Complex.FromPolarCoordinates(1, position * _frequencies[i])
            )
            .ToArray();
        return [.. turned.Select(z => z.Real), .. turned.Select(z => z.Imaginary)];
    }

    private double[] Head(double[] row, int head) => row.AsSpan(head * _c.HeadSize, _c.HeadSize).ToArray();

    private double[] Slot(double[] memory, int layer, int kind, int head, int slot, int slots) =>
        memory
            .AsSpan((((layer * 2 + kind) * _c.KeyValueHeads + head) * slots + slot) * _c.HeadSize, _c.HeadSize)
            .ToArray();

    private double[] Norm(double[] x, string name)
    {
        var scale = 1 / Math.Sqrt(x.Average(value => value * value) + _c.NormEpsilon);
        return [.. x.Zip(_weights[name + ".weight"], (value, w) => value * scale * w)];
    }

    private double[] Affine(double[] x, string name)
    {
        var weight = _weights[name + ".weight"];
        var bias = _weights.GetValueOrDefault(name + ".bias");
        return
        [
            .. Enumerable
                .Range(0, weight.Length / x.Length)
                .Select(o => Dot(x, weight.AsSpan(o * x.Length, x.Length).ToArray()) + (bias?[o] ?? 0)),
        ];
    }

    private void Record(double[,,,,]? made, int layer, int t, double[] keys, double[] values)
    {
        for (var i = 0; made is not null && i < keys.Length; i++)
        {
            made[layer, 0, i / _c.HeadSize, t, i % _c.HeadSize] = keys[i];
            made[layer, 1, i / _c.HeadSize, t, i % _c.HeadSize] = values[i];
        }
    }

    private static double Dot(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();

    private static double[] Add(double[] a, double[] b) => [.. a.Zip(b, (x, y) => x + y)];

    private static double[] Values(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        return tensor.detach().to(float64).contiguous().data<double>().ToArray();
    }
}
