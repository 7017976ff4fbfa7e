using System.Globalization;
using Microsoft.ML.LlamaVae.Decoder;

namespace Microsoft.ML.LlamaVae.Benchmarks.LlamaCpp;

/// <summary>The key-value pairs at the head of a GGUF file.</summary>
internal sealed class GgufValues
{
    private const int ByteTokens = 256;
    private readonly List<Action<BinaryWriter>> _values = [];

    /// <summary>Pairs so far.</summary>
    public int Count => _values.Count;

    /// <summary>What llama.cpp must know of a decoder, with a vocabulary whose pieces nobody reads.</summary>
    public static GgufValues Of(LlamaConfiguration c)
    {
        var values = new GgufValues();
        values.Add("general.architecture", "llama");
        values.Add("llama.vocab_size", (uint)c.VocabularySize);
        values.Add("llama.context_length", (uint)c.MaxPositions);
        values.Add("llama.embedding_length", (uint)c.HiddenSize);
        values.Add("llama.feed_forward_length", (uint)c.FeedForwardSize);
        values.Add("llama.block_count", (uint)c.Layers);
        values.Add("llama.attention.head_count", (uint)c.Heads);
        values.Add("llama.attention.head_count_kv", (uint)c.KeyValueHeads);
        values.Add("llama.attention.layer_norm_rms_epsilon", (float)c.NormEpsilon);
        values.Add("llama.rope.dimension_count", (uint)c.HeadSize);
        values.Add("llama.rope.freq_base", (float)c.RopeTheta);
        values.Add("tokenizer.ggml.model", "llama");
        values.AddList("tokenizer.ggml.tokens", 8, c.VocabularySize, (writer, i) => WriteText(writer, Piece(i)));
        values.AddList("tokenizer.ggml.scores", 6, c.VocabularySize, (writer, i) => writer.Write(-(float)i));
        values.AddList("tokenizer.ggml.token_type", 5, c.VocabularySize, (writer, i) => writer.Write(Kind(i)));
        return values;
    }

    /// <summary>Writes all pairs.</summary>
    public void WriteTo(BinaryWriter writer)
    {
        foreach (var value in _values)
        {
            value(writer);
        }
    }

    /// <summary>A text as GGUF has it: its length, then UTF-8.</summary>
    public static void WriteText(BinaryWriter writer, string text)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(text);
        writer.Write((ulong)bytes.Length);
        writer.Write(bytes);
    }

    // unknown, beginning, end, the bytes, then words.
    private static string Piece(int i) =>
        i switch
        {
            0 => "<unk>",
            1 => "<s>",
            2 => "</s>",
            < 3 + ByteTokens => string.Create(CultureInfo.InvariantCulture, $"<0x{i - 3:X2}>"),
            _ => string.Create(CultureInfo.InvariantCulture, $"w{i}"),
        };

    // 1 normal, 2 unknown, 3 control, 6 byte
    private static int Kind(int i) =>
        i switch
        {
            0 => 2,
            1 or 2 => 3,
            < 3 + ByteTokens => 6,
            _ => 1,
        };

    private void Add(string key, string value) => Add(key, 8, writer => WriteText(writer, value));

    private void Add(string key, uint value) => Add(key, 4, writer => writer.Write(value));

    private void Add(string key, float value) => Add(key, 6, writer => writer.Write(value));

    private void AddList(string key, uint type, int count, Action<BinaryWriter, int> item) =>
        Add(
            key,
            9,
            writer =>
            {
                writer.Write(type);
                writer.Write((ulong)count);
                for (var i = 0; i < count; i++)
                {
                    item(writer, i);
                }
            }
        );

    private void Add(string key, uint type, Action<BinaryWriter> value) =>
        _values.Add(writer =>
        {
            WriteText(writer, key);
            writer.Write(type);
            value(writer);
        });
}
