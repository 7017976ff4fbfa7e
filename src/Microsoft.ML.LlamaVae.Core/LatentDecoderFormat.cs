using System.Text.Json;
using Microsoft.ML.LlamaVae.Checkpoints;
using Microsoft.ML.LlamaVae.Decoder;
using Microsoft.ML.LlamaVae.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae;

/// <summary>How a <see cref="LatentDecoder"/> is saved. Another decoder adds its kind here, and nowhere else.</summary>
internal static class LatentDecoderFormat
{
    private const string Kind = "latent-decoder";

    public static void Save(LatentDecoder half, Stream stream, BackboneStorage storage)
    {
        var backbone = BackboneReference.Of(half.Backbone, storage);
        IDecoderConfiguration configuration = half.Decoder switch
        {
            LlamaDecoder llama => llama.Configuration,
            Gpt2Decoder gpt2 => gpt2.Configuration,
            LstmDecoder lstm => lstm.Configuration,
            _ => throw new NotSupportedException($"A decoder of type {half.Decoder.GetType()} has no saved form."),
        };
        var description = new Description(
            configuration,
            half.Decoder.Weights.parameters().First().dtype,
            half.LatentSize,
            half.Memory.Slots,
            half.Memory.HiddenSize,
            half.MaxTokens
        );
        IReadOnlyList<(string, nn.Module)> parts =
            backbone?.IsExternal == true
                ? [("memory", half.Memory)]
                : [("memory", half.Memory), ("decoder", half.Decoder.Weights)];
        ModelArchive.Save(stream, Kind, JsonSerializer.Serialize(description), half.Tokenizer, backbone, parts);
    }

    public static LatentDecoder Load(Stream stream, Device device) =>
        ModelArchive.Load<LatentDecoder>(
            stream,
            Kind,
            content =>
            {
                var description = JsonSerializer.Deserialize<Description>(content.Description)!;
                var dtype = TypeOn(device, description.Type, content.Backbone);
                var isExternal = content.Backbone?.IsExternal == true;
                var decoder = isExternal
                    ? BackboneLoader.LoadDecoder(content.Backbone!.Resolve(), dtype)
                    : description.Decoder.Build(Initializer.Unset);
                decoder.Weights.to(dtype);
                var memory = new LatentMemory(
                    description.LatentSize,
                    decoder.MemoryShape,
                    description.MemorySlots,
                    description.MemoryHiddenSize,
                    Initializer.Unset
                );
                var half = new LatentDecoder(content.Tokenizer!, memory, decoder, description.MaxTokens, device)
                {
                    Backbone = content.Backbone?.ToBackbone(),
                };
                return isExternal
                    ? (half, [("memory", memory)])
                    : (half, [("memory", memory), ("decoder", decoder.Weights)]);
            }
        );

    /// <summary>In which type a saved decoder is held: a checkpoint's as if it came from there, one that learned as it was saved, but widened on a CPU.</summary>
    internal static ScalarType TypeOn(Device device, ScalarType saved, BackboneReference? backbone) =>
        backbone is { IsChanged: false } || device.type != DeviceType.CUDA ? BackboneLoader.DecoderType(device) : saved;

    private sealed record Description(
        IDecoderConfiguration Decoder,
        ScalarType Type,
        int LatentSize,
        int MemorySlots,
        int? MemoryHiddenSize,
        int MaxTokens
    );
}
