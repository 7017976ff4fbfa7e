using Microsoft.ML.LlamaVae.Checkpoints;
using Microsoft.ML.LlamaVae.Decoder;
using Microsoft.ML.LlamaVae.Encoder;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae;

/// <summary>Loads the encoder or decoder that a checkpoint folder holds: the <c>model_type</c> of its config.json says which.</summary>
internal static class BackboneLoader
{
    public static ISentenceEncoder LoadEncoder(
        string folder,
        IProgress<double>? progress = null,
        CancellationToken cancellationToken = default
    ) => SentenceT5Encoder.Load(folder, ScalarType.Float32, progress, cancellationToken);

    public static IMemoryDecoder LoadDecoder(
        string folder,
        ScalarType dtype,
        IProgress<double>? progress = null,
        CancellationToken cancellationToken = default
    ) => LlamaDecoder.Load(folder, dtype, progress, cancellationToken);
}
