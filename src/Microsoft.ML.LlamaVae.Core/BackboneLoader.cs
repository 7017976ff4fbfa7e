using Microsoft.ML.LlamaVae.Checkpoints;
using Microsoft.ML.LlamaVae.Decoder;
using Microsoft.ML.LlamaVae.Encoder;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae;

/// <summary>Loads the encoder or decoder that a checkpoint folder holds: the <c>model_type</c> of its config.json says which.</summary>
internal static class BackboneLoader
{
    /// <summary>
    /// In which type a checkpoint's decoder is held: it is read far more often than it is written, so half the bytes where bfloat16
    /// is fast, and float32 on a CPU, where it is slow.
    /// </summary>
    public static ScalarType DecoderType(Device device) =>
        device.type == DeviceType.CUDA ? ScalarType.BFloat16 : ScalarType.Float32;

    public static ISentenceEncoder LoadEncoder(
        string folder,
        IProgress<double>? progress = null,
        CancellationToken cancellationToken = default
    ) =>
        ModelType(folder) switch
        {
            "bert" => BertEncoder.Load(folder, ScalarType.Float32, progress, cancellationToken),
            _ => SentenceT5Encoder.Load(folder, ScalarType.Float32, progress, cancellationToken),
        };

    public static IMemoryDecoder LoadDecoder(
        string folder,
        ScalarType dtype,
        IProgress<double>? progress = null,
        CancellationToken cancellationToken = default
    ) =>
        ModelType(folder) switch
        {
            "gpt2" => Gpt2Decoder.Load(folder, dtype, progress, cancellationToken),
            _ => LlamaDecoder.Load(folder, dtype, progress, cancellationToken),
        };

    // A folder without a config.json, or without a type in it, is left to the loader, whose error says more.
    private static string ModelType(string folder)
    {
        var path = Path.Combine(folder, "config.json");
        return File.Exists(path) ? ConfigJson.Open(path).String("model_type", "") : "";
    }
}
