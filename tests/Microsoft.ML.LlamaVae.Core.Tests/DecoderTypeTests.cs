using Microsoft.ML.LlamaVae.Checkpoints;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Tests;

/// <summary>In which type a decoder is held, by device; nothing is put on the GPU.</summary>
public sealed class DecoderTypeTests
{
    private static readonly Device s_gpu = new(DeviceType.CUDA, 0);
    private static readonly BackboneReference s_frozen = new("folder", IsChanged: false, Files: null);
    private static readonly BackboneReference s_trained = new("folder", IsChanged: true, Files: null);

    [Fact]
    public void ACheckpointsDecoder_IsBFloat16OnAGpu_WhereverItWasSaved()
    {
        Assert.Equal(bfloat16, BackboneLoader.DecoderType(s_gpu));
        Assert.Equal(bfloat16, LatentDecoderFormat.TypeOn(s_gpu, float32, s_frozen));
        Assert.Equal(bfloat16, LatentDecoderFormat.TypeOn(s_gpu, bfloat16, s_frozen));
    }

    [Fact]
    public void ADecoderThatLearned_KeepsItsTypeOnAGpu()
    {
        Assert.Equal(float32, LatentDecoderFormat.TypeOn(s_gpu, float32, s_trained));
        Assert.Equal(float32, LatentDecoderFormat.TypeOn(s_gpu, float32, backbone: null));
        Assert.Equal(bfloat16, LatentDecoderFormat.TypeOn(s_gpu, bfloat16, s_trained));
    }

    [Fact]
    public void OnACpu_EveryDecoderIsFloat32()
    {
        Assert.Equal(float32, BackboneLoader.DecoderType(CPU));
        Assert.Equal(float32, LatentDecoderFormat.TypeOn(CPU, bfloat16, s_frozen));
        Assert.Equal(float32, LatentDecoderFormat.TypeOn(CPU, bfloat16, s_trained));
        Assert.Equal(float32, LatentDecoderFormat.TypeOn(CPU, bfloat16, backbone: null));
    }
}
