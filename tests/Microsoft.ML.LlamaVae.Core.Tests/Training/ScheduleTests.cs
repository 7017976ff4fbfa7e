using FsCheck.Xunit;
using Microsoft.ML.LlamaVae.Training;

namespace Microsoft.ML.LlamaVae.Tests.Training;

public sealed class ScheduleTests
{
    [Fact]
    public void LearningRate_WarmsUp_Holds_AndFallsToItsEnd()
    {
        var options = new TrainingOptions
        {
            LearningRate = 2,
            WarmupSteps = 10,
            CosineStart = 0.5,
            FinalLearningRate = 0.1,
        };

        Assert.Equal(0.2, LearningRateSchedule.At(options, 0, 100), 10);
        Assert.Equal(2, LearningRateSchedule.At(options, 9, 100), 10);
        Assert.Equal(2, LearningRateSchedule.At(options, 50, 100), 10);
        Assert.Equal(1.1, LearningRateSchedule.At(options, 75, 100), 10);
        Assert.Equal(0.2, LearningRateSchedule.At(options, 100, 100), 10);
    }

    [Property]
    public bool Shuffle_GivesEachExampleOnce(ushort count, byte batchSize, int seed)
    {
        var examples = Enumerable.Range(0, count % 2000).ToArray();

        var batches = LengthBuckets.Shuffle(examples, i => i % 17, batchSize + 1, seed);

        return batches.SelectMany(batch => batch).Order().SequenceEqual(examples)
            && batches.All(batch => batch.Length <= batchSize + 1);
    }

    [Fact]
    public void Shuffle_PutsSimilarLengthsTogether()
    {
        var batches = LengthBuckets.Shuffle([.. Enumerable.Range(0, 1280)], i => i % 40, 32, seed: 3);

        var spread = batches.Average(batch => batch.Max(i => i % 40) - batch.Min(i => i % 40));

        Assert.InRange(spread, 0, 4); // 39 without sorting
    }

    [Fact]
    public void Seeds_OfDifferentStreamsAndNumbersDiffer()
    {
        var seeds =
            from seed in Enumerable.Range(0, 5)
            from stream in Enum.GetValues<SeedStream>()
            from index in Enumerable.Range(0, 400)
            select Seeds.Derive(seed, stream, index);

        Assert.Equal(5 * 5 * 400, seeds.Distinct().Count());
    }
}
