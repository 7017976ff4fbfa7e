using Microsoft.ML.LlamaVae.Decoder;
using static Microsoft.ML.LlamaVae.Tests.Textbook;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Tests.Decoder;

/// <summary>GPT-2 written out in loops and float64, one text at a time, with the weights of a decoder: the second opinion.</summary>
internal sealed class TextbookGpt2(Gpt2Decoder decoder)
{
    private readonly Gpt2Configuration _c = decoder.Configuration;
    private readonly Textbook _w = new(decoder);

    /// <summary>Logits [T][V] of one text behind the slots of a memory [L (+ 1), 2, Hq, M, Dh], or of a plain text.</summary>
    public double[][] Logits(long[] ids, Tensor? memory)
    {
        var slots = memory is null ? 0 : (int)memory.size(3);
        var given = memory is null ? [] : Values(memory);
        var first = _c.AddsLatentToEmbeddings ? 1 : 0;
        var latent = new double[_c.HiddenSize];
        for (var i = 0; memory is not null && first == 1 && i < latent.Length; i++)
        {
            for (var slot = 0; slot < 2 * slots; slot++)
            {
                var vector = Slot(given, 0, slot / slots, i / _c.HeadSize, slot % slots, slots);
                latent[i] += vector[i % _c.HeadSize] * _c.InitializerRange / Math.Sqrt(2 * slots);
            }
        }

        var x = ids.Select(
                (id, t) =>
                    Add(
                        _w.Row("transformer.wte.weight", id, _c.HiddenSize),
                        _w.Row("transformer.wpe.weight", slots + t, _c.HiddenSize),
                        latent
                    )
            )
            .ToArray();
        for (var layer = 0; layer < _c.Layers; layer++)
        {
            var name = $"transformer.h.{layer}.";
            var made = x.Select(row =>
                    _w.Conv1D(_w.LayerNorm(row, name + "ln_1", _c.NormEpsilon), name + "attn.c_attn")
                )
                .ToArray();
            for (var t = 0; t < x.Length; t++)
            {
                var mixed = new List<double>();
                for (var head = 0; head < _c.Heads; head++)
                {
                    var seen = Enumerable
                        .Range(0, slots)
                        .Select(s =>
                            (
                                Slot(given, layer + first, 0, head, s, slots),
                                Slot(given, layer + first, 1, head, s, slots)
                            )
                        )
                        .Concat(
                            Enumerable.Range(0, t + 1).Select(s => (Head(made[s], 1, head), Head(made[s], 2, head)))
                        )
                        .ToArray();
                    mixed.AddRange(Attend(Head(made[t], 0, head), seen));
                }

                x[t] = Add(x[t], _w.Conv1D([.. mixed], name + "attn.c_proj"));
            }

            for (var t = 0; t < x.Length; t++)
            {
                var inner = _w.Conv1D(_w.LayerNorm(x[t], name + "ln_2", _c.NormEpsilon), name + "mlp.c_fc");
                x[t] = Add(x[t], _w.Conv1D([.. inner.Select(TanhGelu)], name + "mlp.c_proj"));
            }
        }

        var lmHead = _c.TieEmbeddings ? "transformer.wte" : "lm_head";
        return [.. x.Select(row => _w.Affine(_w.LayerNorm(row, "transformer.ln_f", _c.NormEpsilon), lmHead))];
    }

    // Queries, keys and values of all heads stand in one row.
    private double[] Head(double[] row, int kind, int head) =>
        row.AsSpan(kind * _c.HiddenSize + head * _c.HeadSize, _c.HeadSize).ToArray();

    private double[] Slot(double[] memory, int layer, int kind, int head, int slot, int slots) =>
        memory.AsSpan((((layer * 2 + kind) * _c.Heads + head) * slots + slot) * _c.HeadSize, _c.HeadSize).ToArray();
}
