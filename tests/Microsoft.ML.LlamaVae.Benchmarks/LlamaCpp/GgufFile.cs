using System.Runtime.InteropServices;
using Microsoft.ML.LlamaVae.Decoder;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Benchmarks.LlamaCpp;

/// <summary>Writes the weights of a decoder as GGUF 3 in float32, with a vocabulary of placeholders.</summary>
internal static class GgufFile
{
    private const int Alignment = 32;
    private const uint Float32Type = 0;

    /// <summary>Writes the file.</summary>
    public static void Write(string path, LlamaDecoder decoder)
    {
        using var scope = NewDisposeScope();
        using var ungraded = no_grad();
        var tensors = decoder
            .state_dict()
            .Select(weight =>
                (Name: Rename(weight.Key), Value: Reorder(weight.Key, weight.Value, decoder.Configuration))
            )
            .ToArray();
        using var file = File.Create(path);
        using var writer = new BinaryWriter(file);
        var values = GgufValues.Of(decoder.Configuration);
        writer.Write("GGUF"u8);
        writer.Write(3u);
        writer.Write((ulong)tensors.Length);
        writer.Write((ulong)values.Count);
        values.WriteTo(writer);
        var offset = 0L;
        foreach (var (name, value) in tensors)
        {
            GgufValues.WriteText(writer, name);
            writer.Write((uint)value.dim());
            foreach (var size in value.shape.Reverse())
            {
                writer.Write((ulong)size);
            }

            writer.Write(Float32Type);
            writer.Write((ulong)offset);
            offset += Aligned(value.numel() * sizeof(float));
        }

        foreach (var (_, value) in tensors)
        {
            file.Position = Aligned(file.Position);
            file.Write(MemoryMarshal.AsBytes<float>(value.contiguous().data<float>().ToArray()));
        }
    }

    private static long Aligned(long position) => (position + Alignment - 1) / Alignment * Alignment;

    // model.layers.3.self_attn.q_proj.weight → blk.3.attn_q.weight
    private static string Rename(string name) =>
        name.Replace("model.layers.", "blk.", StringComparison.Ordinal)
            .Replace("model.embed_tokens", "token_embd", StringComparison.Ordinal)
            .Replace("model.norm", "output_norm", StringComparison.Ordinal)
            .Replace("lm_head", "output", StringComparison.Ordinal)
            .Replace("input_layernorm", "attn_norm", StringComparison.Ordinal)
            .Replace("post_attention_layernorm", "ffn_norm", StringComparison.Ordinal)
            .Replace("self_attn.o_proj", "attn_output", StringComparison.Ordinal)
            .Replace("self_attn.", "attn_", StringComparison.Ordinal)
            .Replace("mlp.", "ffn_", StringComparison.Ordinal)
            .Replace("_proj", "", StringComparison.Ordinal);

    // llama.cpp rotates neighbours, the HuggingFace form halves: rows of each head change their places accordingly.
    private static Tensor Reorder(string name, Tensor weight, LlamaConfiguration c)
    {
        var isRotated =
            name.Contains("q_proj", StringComparison.Ordinal) || name.Contains("k_proj", StringComparison.Ordinal);
        return isRotated
            ? weight.view(-1, 2, c.HeadSize / 2, c.HiddenSize).transpose(1, 2).reshape(weight.shape) // [heads·Dh, H]
            : weight;
    }
}
