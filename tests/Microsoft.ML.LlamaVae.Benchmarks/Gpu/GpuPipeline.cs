using Microsoft.ML.LlamaVae.Decoder;
using Microsoft.ML.LlamaVae.Generation;
using Microsoft.ML.LlamaVae.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Benchmarks.Gpu;

/// <summary>What users call, on a GPU: texts from latents, latents from texts, training with a frozen decoder.</summary>
internal sealed class GpuPipeline : IDisposable
{
    private readonly Machine _machine;
    private readonly DecoderShape _shape;
    private readonly LatentDecoder _decoder;
    private readonly LatentEncoder _encoder;
    private readonly LlamaVaeModel _model;
    private readonly string[] _texts;
    private readonly int[] _lengths;
    private readonly Tensor _latents; // [texts, D]

    /// <param name="machine">The device.</param>
    /// <param name="shape">Of the decoder.</param>
    /// <param name="llama">A decoder of this shape, which generates; it stays the caller's.</param>
    public GpuPipeline(Machine machine, DecoderShape shape, LlamaDecoder llama)
    {
        (_machine, _shape) = (machine, shape);
        _texts = Workload.Texts(machine.IsReal ? 1024 : 64);
        _lengths = Workload.Lengths(_texts.Length, most: 64);
        _decoder = Generating.Model(llama, _lengths, canRestart: false, machine.Device);
        _encoder = Encoding.Model(machine.Device);
        _model = Learning.Model(shape, machine.Device);
        _model.Decoder.Decoder.Weights.to(machine.Type);
        using var generator = new Generator(1);
        _latents = empty(_texts.Length, _decoder.LatentSize).normal_(0, 1, generator);
    }

    /// <summary>Enters the figures.</summary>
    public void Enter(Contest contest, DeviceLimits limits) =>
        contest
            .Add(
                $"{_shape.Name}: {_texts.Length} latents to texts",
                "tokens/s",
                Generate,
                GpuDecoding.Name(_shape, TextGenerator.DefaultPlaces)
            )
            .Add(
                $"T5-small in float32: encode {_texts.Length} glosses",
                "sentences/s",
                Encode,
                DeviceLimits.Single,
                _texts.Length / Encoding.Gigaflop(_encoder, _texts)
            )
            .Add(
                $"{_shape.Name}: training, frozen decoder",
                "tokens/s",
                () => _machine.Finish(Learning.Tokens(_model, _texts, TrainableParts.None)),
                limits.Gemm,
                1 / (2 * Learning.GigaflopPerToken(_shape, _model))
            );

    public void Dispose()
    {
        _latents.Dispose();
        _decoder.Memory.Dispose();
        _encoder.Dispose();
        _model.Dispose();
    }

    // As many texts at once as anywhere, each to its end: what stands between this and the bare steps is all there is around them.
    private double Generate()
    {
        _decoder.Decode(_latents, new GenerationOptions { MaxTokens = 64 });
        return _machine.Finish(_lengths.Sum());
    }

    private double Encode()
    {
        using var posterior = _encoder.Encode(_texts);
        return _machine.Finish(_texts.Length);
    }
}
