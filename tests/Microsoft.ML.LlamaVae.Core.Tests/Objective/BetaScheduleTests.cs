using Microsoft.ML.LlamaVae.Objective;

namespace Microsoft.ML.LlamaVae.Tests.Objective;

public sealed class BetaScheduleTests
{
    private static readonly BetaSchedule s_schedule = new()
    {
        Cycles = 2,
        ZeroFraction = 0.5,
        RampFraction = 0.25,
        Maximum = 0.8,
    };

    [Theory]
    [InlineData(0.0, 0.0)]
    [InlineData(0.25, 0.0)] // end of the first zero part
    [InlineData(0.3125, 0.4)] // middle of the first ramp
    [InlineData(0.4, 0.8)]
    [InlineData(0.5, 0.0)] // the second cycle begins
    [InlineData(0.99, 0.8)]
    [InlineData(1.0, 0.8)] // the end holds
    public void At_IsZeroThenRampsThenHolds_InEachCycle(double progress, double expected) =>
        Assert.Equal(expected, s_schedule.At(progress), 10);

    [Fact]
    public void At_IsConstant_WhereMinimumEqualsMaximum()
    {
        var constant = new BetaSchedule { Minimum = 1, Maximum = 1 };

        Assert.All(Enumerable.Range(0, 11), i => Assert.Equal(1, constant.At(i / 10.0)));
    }

    [Fact]
    public void At_Steps_WhereTheRampIsEmpty()
    {
        var step = new BetaSchedule
        {
            ZeroFraction = 0.5,
            RampFraction = 0,
            Maximum = 1,
        };

        Assert.Equal(0, step.At(0.49));
        Assert.Equal(1, step.At(0.5));
    }

    [Fact]
    public void Validate_RefusesFractionsOverOne() =>
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            new BetaSchedule { ZeroFraction = 0.7, RampFraction = 0.5 }.Validate()
        );
}
