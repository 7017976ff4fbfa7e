using System.Text.Json;
using Microsoft.ML.LlamaVae.Bottleneck;
using Microsoft.ML.LlamaVae.Checkpoints;
using Microsoft.ML.LlamaVae.Encoder;
using Microsoft.ML.LlamaVae.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae;

/// <summary>How a <see cref="LatentEncoder"/> is saved. Another encoder adds its kind here, and nowhere else.</summary>
internal static class LatentEncoderFormat
{
    private const string Kind = "latent-encoder";

    public static void Save(LatentEncoder half, Stream stream, BackboneStorage storage)
    {
        var backbone = BackboneReference.Of(half.Backbone, storage);
        IEncoderConfiguration configuration = half.Encoder switch
        {
            SentenceT5Encoder t5 => t5.Configuration,
            BertEncoder bert => bert.Configuration,
            LstmEncoder lstm => lstm.Configuration,
            _ => throw new NotSupportedException($"An encoder of type {half.Encoder.GetType()} has no saved form."),
        };
        var description = new Description(configuration, half.LatentSize, half.Posterior.Kind, half.MaxTokens);
        IReadOnlyList<(string, nn.Module)> parts =
            backbone?.IsExternal == true
                ? [("posterior", half.Posterior)]
                : [("posterior", half.Posterior), ("encoder", half.Encoder.Weights)];
        ModelArchive.Save(stream, Kind, JsonSerializer.Serialize(description), half.Tokenizer, backbone, parts);
    }

    public static LatentEncoder Load(Stream stream, Device device) =>
        ModelArchive.Load<LatentEncoder>(
            stream,
            Kind,
            content =>
            {
                var description = JsonSerializer.Deserialize<Description>(content.Description)!;
                var isExternal = content.Backbone?.IsExternal == true;
                var encoder = isExternal
                    ? BackboneLoader.LoadEncoder(content.Backbone!.Resolve())
                    : description.Encoder.Build(Initializer.Unset, shared: null);
                var posterior = new PosteriorHead(
                    encoder.EmbeddingSize,
                    description.LatentSize,
                    Initializer.Unset,
                    description.Posterior
                );
                var half = new LatentEncoder(content.Tokenizer!, encoder, posterior, description.MaxTokens, device)
                {
                    Backbone = content.Backbone?.ToBackbone(),
                };
                return isExternal
                    ? (half, [("posterior", posterior)])
                    : (half, [("posterior", posterior), ("encoder", encoder.Weights)]);
            }
        );

    private sealed record Description(
        IEncoderConfiguration Encoder,
        int LatentSize,
        PosteriorKind Posterior,
        int MaxTokens
    );
}
