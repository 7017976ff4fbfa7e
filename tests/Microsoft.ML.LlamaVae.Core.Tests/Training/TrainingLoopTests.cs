using Microsoft.ML.LlamaVae.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Tests.Training;

public sealed class TrainingLoopTests : IDisposable
{
    private readonly string _checkpoint = Path.Combine(Path.GetTempPath(), $"run-{Guid.NewGuid():N}.safetensors");

    private static TrainingOptions Options(int epochs = 6) =>
        new()
        {
            Epochs = epochs,
            LearningRate = 0.05,
            WarmupSteps = 3,
        };

    private static float[] Train(ToyTask task, TrainingOptions options, CancellationToken stop = default)
    {
        using var loop = new TrainingLoop(task, options, null);
        loop.Run(stop);
        return Numeric.Values(task.Weight);
    }

    [Fact]
    public void Run_ReachesTheMinimum()
    {
        using var task = new ToyTask(70, 10);

        var weights = Train(task, Options(epochs: 40));

        Assert.All(weights, w => Assert.Equal(1.5, w, 1));
    }

    [Fact]
    public void Run_IsTheSame_ForTheSameSeed_AndAnotherForAnother()
    {
        using var first = new ToyTask(70, 10);
        using var again = new ToyTask(70, 10);
        using var other = new ToyTask(70, 10);

        var weights = Train(first, Options());

        Assert.Equal(weights, Train(again, Options()));
        Assert.NotEqual(weights, Train(other, Options() with { Seed = 1 }));
    }

    [Fact]
    public void Run_ResumesBitForBit_AfterACancellationAtAnyStep()
    {
        using var whole = new ToyTask(70, 10);
        var expected = Train(whole, Options());
        var options = Options() with { CheckpointPath = _checkpoint };
        foreach (var steps in new[] { 1, 7, 10, 41 })
        {
            File.Delete(_checkpoint);
            using var interrupted = new ToyTask(70, 10);
            using var source = new CancellationTokenSource();
            using (var loop = new TrainingLoop(interrupted, options, CancelAfter(steps, source)))
            {
                Assert.Throws<OperationCanceledException>(() => loop.Run(source.Token));
            }

            using var resumed = new ToyTask(70, 10);
            Assert.Equal(expected, Train(resumed, options));
        }
    }

    [Fact]
    public void Run_DoesNothing_WhereTheCheckpointIsOfAFinishedRun()
    {
        var options = Options() with { CheckpointPath = _checkpoint };
        using var first = new ToyTask(70, 10);
        var weights = Train(first, options);
        using var second = new ToyTask(70, 10);
        using var loop = new TrainingLoop(second, options, null);

        var result = loop.Run(default);

        Assert.Equal(StopReason.AlreadyFinished, result.Stop);
        Assert.Equal(weights, Numeric.Values(second.Weight));
    }

    [Fact]
    public void Run_RefusesACheckpointOfAnotherRun()
    {
        var options = Options() with { CheckpointPath = _checkpoint };
        using var first = new ToyTask(70, 10);
        Train(first, options);
        using var second = new ToyTask(70, 10) { Fingerprint = "another" };

        var error = Assert.Throws<InvalidDataException>(() => Train(second, options));

        Assert.Contains("other data, options or model", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_KeepsTheBestWeights()
    {
        using var task = new ToyTask(70, 10);
        foreach (var value in new[] { 3.0, 1.0, 2.0, double.NaN })
        {
            task.Scripted.Enqueue(value);
        }

        float[] afterTwoEpochs = [];
        var watch = new Act(report =>
            afterTwoEpochs =
                report.Step == 14 && report.Validation.Count > 0 ? Numeric.Values(task.Weight) : afterTwoEpochs
        );
        using var loop = new TrainingLoop(task, Options(epochs: 4), watch);
        var result = loop.Run(default);

        Assert.Equal(14, result.BestStep);
        Assert.Equal(4, result.Validations.Count);
        Assert.Equal(afterTwoEpochs, Numeric.Values(task.Weight));
    }

    [Fact]
    public void Run_StopsEarly_WhenPatienceRunsOut()
    {
        using var task = new ToyTask(70, 10);
        foreach (var value in new[] { 1.0, 2.0, 3.0, 0.5 })
        {
            task.Scripted.Enqueue(value);
        }

        using var loop = new TrainingLoop(task, Options(epochs: 10) with { Patience = 2 }, null);
        var result = loop.Run(default);

        Assert.Equal((StopReason.NoImprovement, 3, 7), (result.Stop, result.Epochs, result.BestStep));
    }

    [Fact]
    public void Run_NamesStepAndCause_WhereTheLossIsNaN_AndLeavesTheCheckpoint()
    {
        using var task = new ToyTask(70, 10) { NanFrom = 0.5 };
        var options = Options() with { CheckpointPath = _checkpoint };

        var error = Assert.Throws<TrainingDivergedException>(() => Train(task, options));

        Assert.Equal(22, error.Step);
        Assert.Contains("step 22", error.Message, StringComparison.Ordinal);
        Assert.Contains("'distance'", error.Message, StringComparison.Ordinal);
        Assert.All(Numeric.Values(task.Weight), w => Assert.True(float.IsFinite(w)));
        Assert.True(File.Exists(_checkpoint));
    }

    [Fact]
    public void Run_WithAccumulation_EqualsTheLargerBatch()
    {
        using var small = new ToyTask(70, 5) { Noise = false };
        using var large = new ToyTask(70, 70) { Noise = false };

        var accumulated = Train(small, Options() with { AccumulationSteps = 14 });
        var whole = Train(large, Options());

        Assert.All(accumulated.Zip(whole), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
    }

    [Fact]
    public void Run_LeavesNoTensorBehind()
    {
        using var task = new ToyTask(70, 10);
        Train(task, Options(epochs: 1));
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        Train(task, Options(epochs: 5));

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void Progress_TellsMeansSpeedAndTimeLeft()
    {
        using var task = new ToyTask(70, 10);
        var reports = new List<TrainingProgress>();
        using var loop = new TrainingLoop(task, Options(epochs: 2), new Act(reports.Add));
        loop.Run(default);

        Assert.Equal(16, reports.Count); // 14 steps and 2 validations
        Assert.Equal((2, 2, 14, 14), (reports[^1].Epoch, reports[^1].Epochs, reports[^1].Step, reports[^1].Steps));
        Assert.Equal("value", Assert.Single(reports[^1].Validation).Name);
        Assert.Equal(TimeSpan.Zero, reports[^1].Remaining);
        Assert.True(reports[3].Remaining > TimeSpan.Zero);
        Assert.True(reports[3].UnitsPerSecond > 0);
        Assert.True(double.IsFinite(Assert.Single(reports[3].Terms).Value));
    }

    private static Act CancelAfter(int steps, CancellationTokenSource source) =>
        new(report =>
        {
            if (report.Step >= steps)
            {
                source.Cancel();
            }
        });

    public void Dispose() => File.Delete(_checkpoint);

    private sealed class Act(Action<TrainingProgress> action) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => action(value);
    }
}
