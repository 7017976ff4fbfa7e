using Microsoft.ML.LlamaVae.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;
using AdamW = Microsoft.ML.LlamaVae.Training.AdamW;

namespace Microsoft.ML.LlamaVae.Tests.Training;

public sealed class AdamWTests
{
    [Fact]
    public void Steps_AreThoseOfTorchSharpsAdamW()
    {
        using var scope = NewDisposeScope();
        var start = tensor(new[] { 0.5f, -2f, 3f });
        using var expected = new Parameter(start.clone());
        using var actual = new Parameter(start.clone());
#pragma warning disable RS0030 // What ours is compared with.
        using var theirs = optim.AdamW([expected], lr: 0.1, weight_decay: 0.3);
        using var ours = new AdamW([actual], weightDecay: 0.3);
        for (var step = 1; step <= 20; step++)
        {
            var learningRate = 0.1 / step;
            theirs.ParamGroups.Single().LearningRate = learningRate;
            foreach (var parameter in new[] { expected, actual })
            {
                parameter.grad = null;
                (parameter * parameter * tensor(step)).sin().sum().backward();
            }

            theirs.step();
            ours.Step(learningRate);
        }

#pragma warning restore RS0030

        Assert.NotEqual(start.data<float>().ToArray(), actual.data<float>().ToArray());
        Assert.Equal(
            expected.data<float>().ToArray(),
            actual.data<float>().ToArray(),
            (x, y) => Math.Abs(x - y) < 1e-6
        );
    }

    [Fact]
    public void AParameterWithoutGradient_StaysAsItIs()
    {
        using var scope = NewDisposeScope();
        using var idle = new Parameter(ones(2));
        using var optimizer = new AdamW([idle], weightDecay: 0.5);

        optimizer.Step(learningRate: 0.1);

        Assert.Equal([1f, 1f], idle.data<float>().ToArray());
        Assert.Equal(0, optimizer.Moments.Single().Steps);
    }
}
