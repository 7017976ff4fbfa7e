using Microsoft.ML.LlamaVae.Checkpoints;
using Microsoft.ML.LlamaVae.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Flow;

/// <summary>How an <see cref="InvertibleCvae"/> is saved: weights, orders, and whether its norms were initialised.</summary>
internal static class InvertibleCvaeFormat
{
    private const string Kind = "invertible-cvae";
    private const string Part = "flow";

    public static void Save(InvertibleCvae model, Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ModelArchive.Save(stream, Kind, model.Configuration.ToJson(), tokenizer: null, backbone: null, [(Part, model)]);
    }

    public static InvertibleCvae Load(Stream stream, Device device)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return ModelArchive.Load<InvertibleCvae>(
            stream,
            Kind,
            content =>
            {
                var configuration = InvertibleCvaeConfiguration.FromJson(content.Description);
                var model = new InvertibleCvae(configuration, Initializer.Unset);
                model.to(device);
                return (model, [(Part, model)]);
            }
        );
    }
}
