using Microsoft.ML.LlamaVae.Checkpoints;
using Microsoft.ML.LlamaVae.Flow;
using TorchSharp;
using static Microsoft.ML.LlamaVae.Layers.Numbers;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Tests.Flow;

public sealed class InvertibleCvaeTests
{
    private static readonly InvertibleCvaeConfiguration s_small = new()
    {
        LatentSize = 5,
        ConditionSize = 3,
        Blocks = 3,
        HiddenSize = 8,
    };

    public static TheoryData<PriorMean, bool, int> Conditionings
    {
        get
        {
            var data = new TheoryData<PriorMean, bool, int>();
            foreach (var mean in Enum.GetValues<PriorMean>())
            {
                data.Add(mean, false, 3);
                data.Add(mean, true, 3);
                data.Add(mean, false, 0);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Conditionings))]
    public void LogDensity_IntegratesToOne(PriorMean mean, bool conditionCouplings, int blocks)
    {
        using var scope = NewDisposeScope();
        using var ungraded = no_grad();
        var configuration = new InvertibleCvaeConfiguration
        {
            LatentSize = 2,
            ConditionSize = 2,
            Blocks = blocks,
            HiddenSize = 8,
            PriorMean = mean,
            ConditionCouplings = conditionCouplings,
        };
        using var model = FlowModels.Cvae(configuration, seed: 4, spread: 0.2);
        const double Step = 0.06;
        var axis = arange(Number(-15), Number(15), Number(Step), float64); // [G]
        var grids = meshgrid([axis, axis]);
        var z = stack(grids.Select(grid => grid.reshape(-1)), 1); // [G², 2]
        var c = tensor(new[] { 0.7, -0.4 }).expand(z.size(0), 2);
        model.to(float64);

        var mass = model.LogDensity(z, c).exp().sum().item<double>() * Step * Step;

        Assert.Equal(1, mass, 1e-3);
    }

    [Theory]
    [MemberData(nameof(Conditionings))]
    public void Gradients_AreThoseOfCentralDifferences(PriorMean mean, bool conditionCouplings, int blocks)
    {
        using var scope = NewDisposeScope();
        using var model = FlowModels.Cvae(
            s_small with
            {
                ConditionSize = 5,
                Blocks = Math.Min(blocks, 1),
                HiddenSize = 4,
                PriorMean = mean,
                ConditionCouplings = conditionCouplings,
            }
        );
        model.to(float64);
        var z = FlowModels.Normal(3, 5, 2, ScalarType.Float64);
        var c = FlowModels.Normal(3, 5, 3, ScalarType.Float64);

        Assert.InRange(Numeric.GradientError(x => model.LogDensity(x, c).sum(), z), 0, 1e-6);
        Assert.InRange(Numeric.GradientError(x => model.LogDensity(z, x).sum().Plus(x.sum() * Number(0)), c), 0, 1e-6);
        foreach (var (name, parameter) in model.named_parameters())
        {
            var error = Numeric.ParameterGradientError(() => model.LogDensity(z, c).sum(), parameter);
            Assert.True(error < 1e-6, $"{name}: the gradient is off by {error}.");
        }
    }

    [Theory]
    [InlineData(1.0)]
    [InlineData(1e3)]
    [InlineData(1e-3)]
    public void Transform_RoundTripsAtTheDefaultDepth_InBothDirections(double scale)
    {
        using var scope = NewDisposeScope();
        using var model = FlowModels.Cvae(
            new InvertibleCvaeConfiguration
            {
                LatentSize = 32,
                ConditionSize = 100,
                ConditionCouplings = true,
            },
            spread: 0.02
        );
        var x = FlowModels.Normal(64, 32, 2) * Number(scale);
        var c = FlowModels.Normal(64, 100, 3);
        var forth = model.Transform.Inverse(model.Transform.Forward(x, c).Output, c).Output;
        var back = model.Transform.Forward(model.Transform.Inverse(x, c).Output, c).Output;

        Assert.InRange(FlowModels.LargestDifference(forth, x), 0, 1e-4 * Math.Max(1, scale));
        Assert.InRange(FlowModels.LargestDifference(back, x), 0, 1e-4 * Math.Max(1, scale));
    }

    [Fact]
    public void LogDensity_IsThatOfAutogradsJacobian()
    {
        using var scope = NewDisposeScope();
        using var model = FlowModels.Cvae(s_small with { ConditionCouplings = true });
        model.to(float64);
        var z = FlowModels.Normal(4, 5, 2, ScalarType.Float64);
        var c = FlowModels.Normal(4, 3, 3, ScalarType.Float64);
        var expected = FlowModels.JacobianLogDet(x => model.Transform.Forward(x, c).Output, z);

        var got = model.Transform.Forward(z, c).LogDetJacobian.detach().data<double>().ToArray();

        Assert.All(expected.Zip(got), pair => Assert.Equal(pair.First, pair.Second, 1e-9));
    }

    [Fact]
    public void Rows_DoNotDependOnTheirBatch()
    {
        using var scope = NewDisposeScope();
        using var ungraded = no_grad();
        using var model = FlowModels.Cvae(s_small with { ConditionCouplings = true });
        var z = FlowModels.Normal(9, 5, 2);
        var c = FlowModels.Normal(9, 3, 3);
        var together = Numeric.Values(model.LogDensity(z, c));
        var alone = Numeric.Values(model.LogDensity(z.narrow(0, 4, 1), c.narrow(0, 4, 1)));

        Assert.Equal(alone[0], together[4], 1e-4);
    }

    [Fact]
    public void Weights_AreTheSame_ForTheSameSeed()
    {
        using var first = FlowModels.Cvae(s_small, seed: 5, spread: 0);
        using var second = FlowModels.Cvae(s_small, seed: 5, spread: 0);
        using var other = FlowModels.Cvae(s_small, seed: 6, spread: 0);

        Assert.Equal(State(first), State(second));
        Assert.NotEqual(State(first), State(other));
    }

    [Fact]
    public void Checkpoint_RestoresDensityOrderAndInitialisation()
    {
        using var scope = NewDisposeScope();
        using var ungraded = no_grad();
        using var model = FlowModels.Cvae(s_small);
        var z = (FlowModels.Normal(40, 5, 2) * Number(3)).Plus(Number(1));
        var c = FlowModels.Normal(40, 3, 3) * Number(9);
        model.Initialize(z, c);
        using var file = new MemoryStream();
        model.Save(file);
        file.Position = 0;

        using var restored = InvertibleCvae.Load(file);
        restored.Initialize(z * Number(5), c - Number(2));

        Assert.Equal(model.Configuration, restored.Configuration);
        Assert.Equal(Numeric.Values(model.LogDensity(z, c)), Numeric.Values(restored.LogDensity(z, c)));
    }

    [Fact]
    public void AStreamOfSomethingElse_IsNoModel()
    {
        using var scope = NewDisposeScope();
        using var file = new MemoryStream();
        SafetensorsWriter.Write(file, [("weight", ones(2))]);
        file.Position = 0;

        var error = Assert.Throws<InvalidDataException>(() => InvertibleCvae.Load(file));

        Assert.Contains("expected a 'invertible-cvae'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Initialize_HappensOnce_AndStandardisesWhatReachesThePrior()
    {
        using var scope = NewDisposeScope();
        using var ungraded = no_grad();
        using var model = FlowModels.Cvae(s_small, spread: 0);
        var z = FlowModels.Normal(300, 5, 2) * Number(20) - Number(100);
        var c = FlowModels.Normal(300, 3, 3) * Number(1000);
        model.Initialize(z, c);
        var before = Numeric.Values(model.LogDensity(z, c));
        model.Initialize(z.Plus(Number(1)), c * Number(2));
        var u = model.Transform.Forward(z, c).Output;

        Assert.Equal(before, Numeric.Values(model.LogDensity(z, c)));
        Assert.All(Numeric.Values(u.mean([0])), mean => Assert.Equal(0, mean, 1e-3));
        Assert.All(Numeric.Values(u.std(0)), std => Assert.Equal(1, std, 1e-2));
    }

    [Fact]
    public void LiveTensors_StayFlat()
    {
        using var model = FlowModels.Cvae(s_small);
        using var generator = new Generator(1);
        using var z = FlowModels.Normal(4, 5, 2);
        using var c = FlowModels.Normal(4, 3, 3);
        Use(); // what is made once and kept
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        for (var i = 0; i < 100; i++)
        {
            Use();
        }

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);

        void Use()
        {
            model.Initialize(z, c);
            model.LogDensity(z, c).Dispose();
            model.Sample(c, generator, samplesPerRow: 2).Dispose();
            model.Middle(c).Dispose();
            model.ToConditionSpace(z).Dispose();
        }
    }

    [Fact]
    public void WrongShapes_AreRefused_NamingExpectedAndGot()
    {
        using var scope = NewDisposeScope();
        using var model = FlowModels.Cvae(s_small);
        using var generator = new Generator(1);

        Refused(() => model.LogDensity(zeros(2, 4), zeros(2, 3)), "Latents must be [B, 5] for this model; got [2, 4]");
        Refused(
            () => model.LogDensity(zeros(2, 5), zeros(2, 4)),
            "Conditions must be [B, 3] for this model; got [2, 4]"
        );
        Refused(() => model.LogDensity(zeros(2, 5), zeros(3, 3)), "got 2 latents and 3 conditions");
        Refused(() => model.Sample(zeros(3), generator), "got [3]");
        Refused(() => model.Sample(zeros(1, 3), generator, temperature: -1), "temperature");
        Refused(() => model.Sample(zeros(1, 3), generator, temperature: double.NaN), "temperature");
        Refused(() => model.Sample(zeros(1, 3), generator, samplesPerRow: 0), "samplesPerRow");
        Refused(() => Initialize(model, zeros(1, 5), zeros(1, 3)), "at least two rows");
        Refused(() => Initialize(model, full(2, 5, Number(double.NaN)), zeros(2, 3)), "finite");
        Refused(() => new InvertibleSequence(), "no block");
        Refused(() => new InvertibleSequence(new ActNorm(2), new ActNorm(3)), "sizes 2, 3");
        Refused(() => FlowModels.Block("coupling", 1), "Give it the condition");
        Refused(() => FlowModels.Block("conditioned coupling", 4).Forward(zeros(2, 4)), "got none");
    }

    private static void Refused(Func<object?> action, string message) =>
        Assert.Contains(message, Assert.ThrowsAny<ArgumentException>(() => action()).Message, StringComparison.Ordinal);

    private static object? Initialize(InvertibleCvae model, Tensor z, Tensor condition)
    {
        model.Initialize(z, condition);
        return null;
    }

    private static float[] State(InvertibleCvae model) => [.. model.state_dict().Values.SelectMany(Numeric.Values)];
}
