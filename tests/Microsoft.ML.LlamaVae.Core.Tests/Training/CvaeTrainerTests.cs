using Microsoft.ML.LlamaVae.Flow;
using Microsoft.ML.LlamaVae.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Tests.Training;

public sealed class CvaeTrainerTests : IDisposable
{
    private readonly string _checkpoint = Path.Combine(Path.GetTempPath(), $"cvae-{Guid.NewGuid():N}.safetensors");

    private static InvertibleCvae Model(int blocks = 2)
    {
        using var generator = new Generator(3);
        return new InvertibleCvae(
            new InvertibleCvaeConfiguration
            {
                LatentSize = 2,
                ConditionSize = 3,
                Blocks = blocks,
                HiddenSize = 16,
            },
            generator
        );
    }

    // z = A c + 0.1 ε: what is left after the condition is known is −log N(0, 0.1²).
    private static (float[][] Conditions, float[][] Latents) Pairs(int count = 400)
    {
        var random = new Random(5);
        var conditions = Enumerable.Range(0, count).Select(_ => Draw(3)).ToArray();
        var latents = conditions
            .Select(c => new[] { 2 * c[0] - c[1] + 0.1f * Draw(1)[0], c[2] + 0.1f * Draw(1)[0] })
            .ToArray();
        return (conditions, latents);

        float[] Draw(int size) =>
            [
                .. Enumerable
                    .Range(0, size)
                    .Select(_ =>
                        (float)(
                            Math.Sqrt(-2 * Math.Log(1 - random.NextDouble()))
                            * Math.Cos(2 * Math.PI * random.NextDouble())
                        )
                    ),
            ];
    }

    private static TrainingOptions Options(int epochs) =>
        new()
        {
            Epochs = epochs,
            BatchSize = 50,
            LearningRate = 0.02,
            WarmupSteps = 5,
            ValidationFraction = 0.25,
        };

    [Fact]
    public void Fit_ReachesTheLikelihoodOfALinearGaussian()
    {
        using var model = Model(blocks: 0);
        var (conditions, latents) = Pairs();

        var report = CvaeTrainer.Fit(model, conditions, latents, options: Options(120));

        // Entropy of N(0, 0.1²): ½ log(2πe) + log 0.1
        Assert.Equal(0.5 * Math.Log(2 * Math.PI * Math.E) + Math.Log(0.1), report.NatsPerDimension, 0.1);
    }

    [Fact]
    public void Fit_DrawsLatentsAnew_WhereThePosteriorIsGiven()
    {
        var (conditions, latents) = Pairs();
        var wide = latents.Select(_ => new[] { 0f, 0f }).ToArray(); // variance 1
        using var taken = Model(blocks: 0);
        using var drawn = Model(blocks: 0);

        var sharp = CvaeTrainer.Fit(taken, conditions, latents, null, Options(40)).NatsPerDimension;
        var blurred = CvaeTrainer.Fit(drawn, conditions, latents, wide, Options(40)).NatsPerDimension;

        // Entropy of N(0, 1.01).
        Assert.Equal(0.5 * Math.Log(2 * Math.PI * Math.E), blurred, 0.15);
        Assert.True(sharp < blurred - 1);
    }

    [Fact]
    public void Fit_ResumesBitForBit_BuffersIncluded()
    {
        var (conditions, latents) = Pairs();
        using var whole = Model();
        CvaeTrainer.Fit(whole, conditions, latents, null, Options(4));
        var options = Options(4) with { CheckpointPath = _checkpoint };
        using var source = new CancellationTokenSource();
        using var interrupted = Model();
        Assert.Throws<OperationCanceledException>(() =>
            CvaeTrainer.Fit(interrupted, conditions, latents, null, options, new CancelAt(8, source), source.Token)
        );
        using var resumed = Model();

        var report = CvaeTrainer.Fit(resumed, conditions, latents, null, options);

        Assert.True(report.Run.Resumed);
        Assert.All(
            whole.state_dict().Zip(resumed.state_dict()),
            pair => Assert.Equal(Numeric.Values(pair.First.Value), Numeric.Values(pair.Second.Value))
        );
    }

    [Fact]
    public void Fit_SkipsAndCountsPairsThatAreNotFinite()
    {
        var (conditions, latents) = Pairs();
        conditions[7] = [float.NaN, 0, 0];
        latents[9] = [0, float.PositiveInfinity];
        using var model = Model();

        var report = CvaeTrainer.Fit(model, conditions, latents, null, Options(1));

        Assert.Equal((2, 398), (report.SkippedPairs, report.TrainingPairs + report.ValidationPairs));
    }

    [Fact]
    public void Fit_NamesRowAndSizes_WhereTheyDoNotFit()
    {
        var (conditions, latents) = Pairs();
        conditions[3] = [1, 2];
        using var model = Model();

        var error = Assert.Throws<ArgumentException>(() => CvaeTrainer.Fit(model, conditions, latents));

        Assert.Contains(
            "Row 3 of the conditions has 2 values; the model expects 3.",
            error.Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Fit_LeavesNoTensorBehind()
    {
        var (conditions, latents) = Pairs();
        using var model = Model();
        CvaeTrainer.Fit(model, conditions, latents, null, Options(1));
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;

        CvaeTrainer.Fit(model, conditions, latents, null, Options(4));

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    public void Dispose() => File.Delete(_checkpoint);

    private sealed class CancelAt(int step, CancellationTokenSource source) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value.Step >= step)
            {
                source.Cancel();
            }
        }
    }
}
