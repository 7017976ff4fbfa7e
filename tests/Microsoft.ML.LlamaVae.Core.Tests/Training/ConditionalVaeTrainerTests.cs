using Microsoft.ML.LlamaVae.Objective;
using Microsoft.ML.LlamaVae.Training;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Tests.Training;

public sealed class ConditionalVaeTrainerTests
{
    private const int ConditionSize = 3;

    // One condition for each text, none of them zero.
    private static readonly float[][] s_conditions =
    [
        .. TinyModel.Texts.Select((_, i) => new[] { i % 2 * 2f - 1, i / 2 % 2 * 2f - 1, i / 4 * 2f - 1 }),
    ];

    private static VaeTrainerOptions Options(int epochs) =>
        new()
        {
            Training = new TrainingOptions
            {
                Epochs = epochs,
                BatchSize = 4,
                LearningRate = 0.01,
                WarmupSteps = 5,
                ValidationFraction = 0,
            },
            Beta = new BetaSchedule { Minimum = 0.1, Maximum = 1 },
            WordDropout = 0,
            FreeBits = 0,
        };

    private static ConditionalVaeModel Create() =>
        ConditionalVaeModel.Create(ConditionSize, TinyModel.Configuration, seed: 1);

    [Fact]
    public void Fit_LearnsWhichTextBelongsToWhichCondition()
    {
        using var scope = NewDisposeScope();
        using var model = Create();

        ConditionalVaeTrainer.Fit(model, s_conditions, TinyModel.Texts, Options(100));

        var conditions = tensor(s_conditions.SelectMany(row => row).ToArray()).view(-1, ConditionSize);
        var right = TinyModel.Texts.Zip(model.Decode(conditions)).Count(pair => pair.First == pair.Second);
        Assert.InRange(right, 7, 8);
    }

    [Fact]
    public void Fit_RepeatsForASeed_AndResumesBitForBit()
    {
        using var folder = new TemporaryFolder();
        using var straight = Create();
        using var stopped = Create();
        using var source = new CancellationTokenSource();
        ConditionalVaeTrainer.Fit(straight, s_conditions, TinyModel.Texts, Options(3));
        var options = Options(3) with
        {
            Training = Options(3).Training with { CheckpointPath = folder["run.safetensors"] },
        };
        var third = new OnStep(step =>
        {
            if (step == 3)
            {
                source.Cancel();
            }
        });
        Assert.ThrowsAny<OperationCanceledException>(() =>
            ConditionalVaeTrainer.Fit(stopped, s_conditions, TinyModel.Texts, options, third, source.Token)
        );
        using var resumed = Create();

        var result = ConditionalVaeTrainer.Fit(resumed, s_conditions, TinyModel.Texts, options);

        Assert.True(result.Resumed);
        Assert.Equal(State(straight), State(resumed));
        Assert.NotEqual(State(straight), State(stopped));
    }

    [Fact]
    public void Temperature_ScalesTheDraw()
    {
        using var scope = NewDisposeScope();
        using var model = Create();
        var condition = ones(1, ConditionSize);

        Assert.Equal(model.Decode(condition, 0, seed: 1), model.Decode(condition, 0, seed: 2));
        Assert.NotEqual(
            model.Decode(condition.expand(20, -1), 5, seed: 1),
            model.Decode(condition.expand(20, -1), 5, seed: 2)
        );
    }

    [Fact]
    public void PairsThatDontFit_AreRefused()
    {
        using var model = Create();

        Assert.Contains("8 texts and 7", Refused(s_conditions[1..]).Message, StringComparison.Ordinal);
        Assert.Contains("Condition 7", Refused([.. s_conditions[..7], [1, 2]]).Message, StringComparison.Ordinal);
        Assert.Contains(
            "Condition 0",
            Refused([
                [1, float.NaN, 1],
                .. s_conditions[1..],
            ]).Message,
            StringComparison.Ordinal
        );

        ArgumentException Refused(float[][] conditions) =>
            Assert.Throws<ArgumentException>(() => ConditionalVaeTrainer.Fit(model, conditions, TinyModel.Texts));
    }

    private static float[] State(ConditionalVaeModel model) =>
        [
            .. model
                .Prior.state_dict()
                .Values.Concat(model.Decoder.Memory.state_dict().Values)
                .SelectMany(Numeric.Values),
        ];

    private sealed class OnStep(Action<int> action) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => action(value.Step);
    }
}
