using Microsoft.ML.LlamaVae.Encoder;
using static Microsoft.ML.LlamaVae.Tests.Textbook;

namespace Microsoft.ML.LlamaVae.Tests.Encoder;

/// <summary>BERT written out in loops and float64, one text at a time, with the weights of an encoder: the second opinion.</summary>
internal sealed class TextbookBert(BertEncoder encoder)
{
    private readonly BertConfiguration _c = encoder.Configuration;
    private readonly Textbook _w = new(encoder);

    /// <summary>Hidden states [S][H] of one text without padding.</summary>
    public double[][] Hidden(long[] ids)
    {
        var x = ids.Select(
                (id, s) =>
                    Norm(
                        Add(
                            _w.Row("embeddings.word_embeddings.weight", id, _c.HiddenSize),
                            _w.Row("embeddings.position_embeddings.weight", s, _c.HiddenSize),
                            _w.Row("embeddings.token_type_embeddings.weight", 0, _c.HiddenSize)
                        ),
                        "embeddings"
                    )
            )
            .ToArray();
        var size = _c.HiddenSize / _c.Heads;
        for (var layer = 0; layer < _c.Layers; layer++)
        {
            var name = $"encoder.layer.{layer}.";
            var queries = x.Select(row => _w.Affine(row, name + "attention.self.query")).ToArray();
            var keys = x.Select(row => _w.Affine(row, name + "attention.self.key")).ToArray();
            var values = x.Select(row => _w.Affine(row, name + "attention.self.value")).ToArray();
            x =
            [
                .. x.Select(
                    (row, s) =>
                    {
                        var mixed = Enumerable
                            .Range(0, _c.Heads)
                            .SelectMany(head =>
                                Attend(
                                    Head(queries[s], head, size),
                                    [.. keys.Zip(values, (k, v) => (Head(k, head, size), Head(v, head, size)))]
                                )
                            );
                        var seen = Norm(
                            Add(row, _w.Affine([.. mixed], name + "attention.output.dense")),
                            name + "attention.output"
                        );
                        var inner = _w.Affine(seen, name + "intermediate.dense")
                            .Select(v => _c.TanhGelu ? TanhGelu(v) : Gelu(v));
                        return Norm(Add(seen, _w.Affine([.. inner], name + "output.dense")), name + "output");
                    }
                ),
            ];
        }

        return x;
    }

    /// <summary>The sentence embedding [H].</summary>
    public double[] Encode(long[] ids)
    {
        var hidden = Hidden(ids);
        double[] h = _c.Pooling switch
        {
            BertPooling.Mean => [.. Add(hidden).Select(sum => sum / ids.Length)],
            BertPooling.ClassToken => hidden[0],
            _ => [.. _w.Affine(hidden[0], "pooler.dense").Select(Math.Tanh)],
        };
        return _c.Normalize ? Unit(h) : h;
    }

    private double[] Norm(double[] x, string name) => _w.LayerNorm(x, name + ".LayerNorm", _c.NormEpsilon);

    private static double[] Head(double[] row, int head, int size) => row.AsSpan(head * size, size).ToArray();
}
