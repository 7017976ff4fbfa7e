using Microsoft.ML.LlamaVae.Decoder;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Tests.Decoder;

public sealed class DecoderLeakTests
{
    private static readonly LlamaConfiguration s_configuration = TinyLlamas.Grouped;

    [Fact]
    public void TeacherForcing_LeavesNoTensorBehind()
    {
        using var decoder = TinyLlamas.Create(s_configuration);
        using var ids = TinyLlamas.Ids(s_configuration, 2, 5);
        using var memory = TinyLlamas.Memory(s_configuration, 2, 2).requires_grad_();

        AssertFlat(() =>
        {
            using var hidden = decoder.Hidden(ids, memory);
            using var logits = decoder.Logits(hidden);
            using var loss = logits.sum();
            loss.backward();
        });
    }

    [Fact]
    public void Generation_LeavesNoTensorBehind()
    {
        using var decoder = TinyLlamas.Create(s_configuration);
        using var ids = TinyLlamas.Ids(s_configuration, 3, 4);
        using var one = TinyLlamas.Ids(s_configuration, 2, 1);
        using var memory = TinyLlamas.Memory(s_configuration, 3, 2);

        AssertFlat(() =>
        {
            using var state = decoder.Start(memory, 3, 6);
            using var first = decoder.Advance(ids, state);
            state.Keep([2, 0]);
            using var second = decoder.Advance(one, state);
        });
    }

    private static void AssertFlat(Action call)
    {
        call();
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        for (var i = 0; i < 100; i++)
        {
            call();
        }

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }
}
