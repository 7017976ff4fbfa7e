using System.Numerics.Tensors;
using Microsoft.ML.LlamaVae.Kernels;
using Microsoft.ML.LlamaVae.Native;

namespace Microsoft.ML.LlamaVae.Decoder;

/// <summary>Grouped-query self-attention of a text's new tokens over its cache, as in <see cref="LlamaAttention"/>.</summary>
/// <remarks>Letters: T new tokens, P slots filled before, Hq/Hkv query/key-value heads, G = Hq/Hkv, Dh head size.</remarks>
internal sealed unsafe class PackedAttention(LlamaConfiguration c)
{
    private static readonly PanelProduct s_product = PanelProduct.Widest;
    private readonly int _groups = c.Heads / c.KeyValueHeads;
    private readonly float _scale = 1 / MathF.Sqrt(c.HeadSize);

    /// <summary>The new tokens' keys and values join the cache; each token sees the slots up to its own.</summary>
    /// <param name="queryKeyValue">[T, (Hq + 2 Hkv) · Dh].</param>
    /// <param name="seen">[T, Hq · Dh].</param>
    /// <param name="text">The cache.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="rotation">Of all positions.</param>
    /// <param name="work">Room for one head at a time.</param>
    public void Advance(
        Rows queryKeyValue,
        Rows seen,
        TextCache text,
        int layer,
        Rotation rotation,
        PackedWorkspace work
    )
    {
        var queries = seen.Count * _groups; // of one key-value head, token by token
        for (var head = 0; head < c.KeyValueHeads; head++)
        {
            Store(queryKeyValue, text, layer, head, rotation);
            for (var first = 0; first < queries; first += s_product.TileRows)
            {
                var tile = (First: first, Count: Math.Min(s_product.TileRows, queries - first));
                Attend(queryKeyValue, seen, text, layer, head, rotation, work, tile);
            }
        }
    }

    private void Store(Rows queryKeyValue, TextCache text, int layer, int head, Rotation rotation)
    {
        Span<float> key = stackalloc float[c.HeadSize];
        for (var t = 0; t < queryKeyValue.Count; t++)
        {
            var slot = text.Filled + t;
            rotation.Apply(Head(queryKeyValue[t], c.Heads + head), slot, key);
            text.Store(layer, head, slot, key, Head(queryKeyValue[t], c.Heads + c.KeyValueHeads + head));
        }
    }

    // softmax(q kᵀ / √Dh) v
    private void Attend(
        Rows queryKeyValue,
        Rows seen,
        TextCache text,
        int layer,
        int head,
        Rotation rotation,
        PackedWorkspace work,
        (int First, int Count) tile
    )
    {
        var slots = text.Filled + Token(tile.Count - 1) + 1;
        var (keys, values) = (text.Keys(layer, head, slots), text.Values(layer, head, slots));
        var (queries, scores, sums) = (
            work.Queries.Slice(0, tile.Count),
            work.Scores.Slice(0, tile.Count),
            work.Values.Slice(0, tile.Count)
        );
        for (var i = 0; i < tile.Count; i++)
        {
            var query = queries[i][..c.HeadSize];
            rotation.Apply(Head(queryKeyValue[Token(i)], QueryHead(i)), text.Filled + Token(i), query);
            TensorPrimitives.Multiply(query, _scale, query);
        }

        s_product.Multiply(queries, keys, scores, work.Scratch, values.Start);
        for (var i = 0; i < tile.Count; i++)
        {
            var own = text.Filled + Token(i) + 1;
            Softmax(scores[i][..own]);
            scores[i][own..slots].Clear();
        }

        s_product.Multiply(scores, values, sums, work.Scratch, text.Keys(layer, head + 1, slots).Start);
        for (var i = 0; i < tile.Count; i++)
        {
            sums[i][..c.HeadSize].CopyTo(Head(seen[Token(i)], QueryHead(i)));
        }

        int Token(int i) => (tile.First + i) / _groups;
        int QueryHead(int i) => head * _groups + (tile.First + i) % _groups;
    }

    private Span<float> Head(Span<float> token, int head) => token.Slice(head * c.HeadSize, c.HeadSize);

    private static void Softmax(Span<float> scores)
    {
        TensorPrimitives.Subtract(scores, TensorPrimitives.Max<float>(scores), scores);
        TensorPrimitives.Exp(scores, scores);
        TensorPrimitives.Divide(scores, TensorPrimitives.Sum<float>(scores), scores);
    }
}
