using Microsoft.ML.LlamaVae.Generation;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Tests;

public sealed class LatentHalvesLeakTests
{
    private const int Calls = 1000;

    [Fact]
    public void AThousandGenerations_LeaveNoTensorBehind()
    {
        using var model = TinyModel.Create();
        using var z = model.SamplePrior(2, seed: 1);
        var options = new GenerationOptions { MaxTokens = 2 };

        AssertFlat(() => model.Decode(z, options));
    }

    [Fact]
    public void AThousandEncodings_LeaveNoTensorBehind()
    {
        using var model = TinyModel.Create();
        var texts = TinyModel.Texts[..3];

        AssertFlat(() => model.Encode(texts).Dispose());
    }

    private static void AssertFlat(Action call)
    {
        call();
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        for (var i = 0; i < Calls; i++)
        {
            call();
        }

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }
}
