using Microsoft.ML.Data;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Tests;

public sealed class FlowComponentTests(FittedFlow fitted) : IClassFixture<FittedFlow>
{
    private readonly MLContext _ml = fitted.Ml;

    private sealed class WrongCondition
    {
        public string Condition { get; set; } = "";

        [VectorType(4)]
        public float[] Latent { get; set; } = [];
    }

    private sealed class ShortCondition
    {
        [VectorType(2)]
        public float[] Condition { get; set; } = [];

        [VectorType(4)]
        public float[] Latent { get; set; } = [];
    }

    private sealed class Doubles
    {
        [VectorType(3)]
        public double[] Condition { get; set; } = [];
    }

    private sealed class Bytes
    {
        [VectorType(3)]
        public VBuffer<byte> Condition { get; set; }
    }

    private sealed class Drawn
    {
        public float[] Sample { get; set; } = [];
    }

    [Fact]
    public void InvertibleCvae_KeepsEveryPromise_WhereTheColumnHasAnotherType() =>
        ComponentChecks.Run(
            _ml,
            _ml.Transforms.InvertibleCvae("Drawn", "Condition", "Latent", Pair.Options),
            fitted.Data,
            _ml.Data.LoadFromEnumerable([new WrongCondition { Latent = new float[4] }])
        );

    [Fact]
    public void InvertibleCvae_WithSeveralSamples_KeepsEveryPromise() =>
        ComponentChecks.Run(
            _ml,
            _ml.Transforms.InvertibleCvae(
                "Drawn",
                "Condition",
                "Latent",
                Pair.Options with
                {
                    LogVarianceColumnName = "LogVar",
                    Sampling = new LatentSampling { Temperature = 0.7, SamplesPerRow = 3 },
                }
            ),
            fitted.Data,
            _ml.Data.LoadFromEnumerable([new WrongCondition { Latent = new float[4] }])
        );

    [Fact]
    public void Sample_KeepsEveryPromise() =>
        ComponentChecks.Run(
            _ml,
            fitted.Flow.Sample("Sample", "Condition", new LatentSampling { Temperature = 1 }),
            fitted.Data,
            _ml.Data.LoadFromEnumerable([new WrongCondition()])
        );

    [Fact]
    public void LogLikelihood_KeepsEveryPromise() =>
        ComponentChecks.Run(
            _ml,
            fitted.Flow.LogLikelihood("Score", "Latent"),
            fitted.Data,
            _ml.Data.LoadFromEnumerable([new WrongCondition { Latent = new float[4] }])
        );

    [Fact]
    public void ToConditionSpace_KeepsEveryPromise() =>
        ComponentChecks.Run(
            _ml,
            fitted.Flow.ToConditionSpace("Place", "Latent"),
            fitted.Data,
            _ml.Data.LoadFromEnumerable([new Doubles { Condition = new double[3] }])
        );

    [Fact]
    public void AConditionOfAnotherSize_IsRefused_NamingBothSizes()
    {
        var data = _ml.Data.LoadFromEnumerable([
            new ShortCondition { Condition = new float[2], Latent = new float[4] },
        ]);

        var error = Assert.Throws<ArgumentOutOfRangeException>(() => fitted.Flow.Transform(data));

        Assert.Contains(
            "Condition column 'Condition' has 2 slots; this model was fitted on 3.",
            error.Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void TheMiddle_IsThatOfTheModel_AndFollowsTheCondition()
    {
        using var scope = NewDisposeScope();
        var conditions = Pair.Rows().Select(row => row.Condition).ToArray();
        var middle = fitted.Flow.Model.Middle(tensor(conditions.SelectMany(c => c).ToArray()).view(-1, 3));

        var drawn = fitted.Flow.Transform(fitted.Data).GetColumn<float[]>("Drawn").SelectMany(row => row).ToArray();

        Assert.Equal(middle.data<float>().ToArray(), drawn, (x, y) => Math.Abs(x - y) < 1e-4);
        var latents = Pair.Rows().Select(row => (double)row.Latent[0]).ToArray();
        Assert.True(
            Evaluation.Correlation.Pearson(latents, drawn.Where((_, i) => i % 4 == 0).Select(x => (double)x).ToArray())
                > 0.9
        );
    }

    [Fact]
    public void ADraw_DependsOnSeedAndCondition_NotOnItsPlace()
    {
        var rows = Pair.Rows();
        var forwards = Draw(rows, seed: 1);
        var backwards = Draw([.. rows.Reverse().Concat(rows)], seed: 1);

        for (var i = 0; i < rows.Length; i++)
        {
            Assert.Equal(forwards[i], backwards[rows.Length - 1 - i], (x, y) => Math.Abs(x - y) < 1e-4);
        }

        Assert.NotEqual(forwards[0], Draw(rows, seed: 2)[0]);
        Assert.NotEqual(forwards[0], forwards[1]);
    }

    [Fact]
    public void SeveralSamples_AreRowsOfAMatrix_AndDiffer()
    {
        var sampling = new LatentSampling { Temperature = 1, SamplesPerRow = 3 };
        var view = fitted.Flow.Sample("Sample", "Condition", sampling).Fit(fitted.Data).Transform(fitted.Data);
        var first = view.GetColumn<float[]>("Sample").First();

        Assert.Equal([3, 4], ((VectorDataViewType)view.Schema["Sample"].Type).Dimensions.ToArray());
        Assert.Equal(3, first.Chunk(4).Select(sample => string.Join(',', sample)).Distinct().Count());
    }

    [Fact]
    public void AMissingCondition_HasNoLatent_AndIsCounted()
    {
        var flow = fitted.Flow.Sample("Sample", "Condition").Fit(fitted.Data);
        var data = _ml.Data.LoadFromEnumerable([
            new Pair { Condition = [0, 0, 0], Latent = new float[4] },
            new Pair { Condition = [1, float.NaN, 0], Latent = new float[4] },
            new Pair { Condition = [1, 0, 0], Latent = new float[4] },
        ]);

        var drawn = flow.Transform(data).GetColumn<float[]>("Sample").ToArray();
        var scores = fitted.Flow.LogLikelihood("Score", "Latent").Fit(data).Transform(data).GetColumn<float>("Score");

        Assert.All(drawn[..2], row => Assert.All(row, slot => Assert.True(float.IsNaN(slot))));
        Assert.All(drawn[2], slot => Assert.True(float.IsFinite(slot)));
        Assert.Equal(2, flow.MissingConditions);
        Assert.Equal([true, true, false], scores.Select(float.IsNaN));
    }

    [Fact]
    public void MissingRows_AreSkippedInTheFit_AndReported()
    {
        var ml = new MLContext(1);
        var messages = new List<string>();
        ml.Log += (_, e) => messages.Add(e.Message);
        var bad = new[]
        {
            new Pair { Condition = [0, 0, 0], Latent = [1e6f, 1e6f, 1e6f, 1e6f] },
            new Pair { Condition = [1, 1, 1], Latent = [float.NaN, 0, 0, 0] },
        };
        var data = ml.Data.LoadFromEnumerable(Pair.Rows().Concat(bad));

        using var flow = ml.Transforms.InvertibleCvae("Drawn", "Condition", "Latent", Pair.Options).Fit(data);

        Assert.Contains(
            messages,
            message => message.Contains("2 rows without a condition or a latent", StringComparison.Ordinal)
        );
        Assert.Equal(
            fitted.Flow.Transform(fitted.Data).GetColumn<float[]>("Drawn"),
            flow.Transform(fitted.Data).GetColumn<float[]>("Drawn")
        );
    }

    [Fact]
    public void LogLikelihood_IsTheModelsDensity_AndPrefersTheOwnCondition()
    {
        using var scope = NewDisposeScope();
        using var ungraded = no_grad();
        var rows = Pair.Rows();
        var z = tensor(rows.SelectMany(row => row.Latent).ToArray()).view(-1, 4);
        var c = tensor(rows.SelectMany(row => row.Condition).ToArray()).view(-1, 3);
        var expected = fitted.Flow.Model.LogDensity(z, c).data<float>().ToArray();

        var own = Scores(rows);
        var others = Scores([
            .. rows.Select(
                (row, i) => new Pair { Condition = rows[(i + 1) % rows.Length].Condition, Latent = row.Latent }
            ),
        ]);

        Assert.Equal(expected, own, (x, y) => Math.Abs(x - y) < 1e-3);
        Assert.InRange(own.Average() - others.Average(), 1, 1000);
    }

    [Fact]
    public void ToConditionSpace_LeadsBackToTheCondition()
    {
        var data = fitted.Flow.Transform(fitted.Data);
        var back = fitted.Flow.ToConditionSpace("Place", "Drawn").Fit(data).Transform(data);

        foreach (var (row, place) in Pair.Rows().Zip(back.GetColumn<float[]>("Place")))
        {
            Assert.Equal(row.Condition, place, (x, y) => Math.Abs(x - y) < 1e-2);
        }
    }

    [Fact]
    public void ToConditionSpace_SaysWhyItIsNotPossible()
    {
        var options = Pair.Options with { ConditionCouplings = true };
        using var flow = _ml.Transforms.InvertibleCvae("Drawn", "Condition", "Latent", options).Fit(fitted.Data);

        var error = Assert.Throws<InvalidOperationException>(() => flow.ToConditionSpace("Place", "Latent"));

        Assert.Contains("ConditionCouplings = false", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void OtherNumbers_AreConverted()
    {
        var single = _ml.Data.LoadFromEnumerable([new Pair { Condition = [1, 0, 2], Latent = new float[4] }]);
        var doubles = _ml.Data.LoadFromEnumerable([new Doubles { Condition = [1, 0, 2] }]);
        var sparse = _ml.Data.LoadFromEnumerable([new Bytes { Condition = new VBuffer<byte>(3, 2, [1, 2], [0, 2]) }]);

        var expected = fitted.Flow.Transform(single).GetColumn<float[]>("Drawn").Single();

        Assert.Equal(expected, fitted.Flow.Transform(doubles).GetColumn<float[]>("Drawn").Single());
        Assert.Equal(expected, fitted.Flow.Transform(sparse).GetColumn<float[]>("Drawn").Single());
    }

    [Fact]
    public void Seed_ComesFromTheMLContext_UnlessItIsGiven()
    {
        Assert.Equal(Fit(1), Fit(1));
        Assert.NotEqual(Fit(1), Fit(2));

        List<string> Fit(int seed)
        {
            var ml = new MLContext(seed);
            var options = Pair.Options with { Seed = null };
            using var flow = ml.Transforms.InvertibleCvae("Drawn", "Condition", "Latent", options).Fit(fitted.Data);
            return ComponentChecks.Rows(flow.Transform(fitted.Data));
        }
    }

    [Fact]
    public void Cancellation_StopsTheFit()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        var options = Pair.Options with { CancellationToken = source.Token };

        Assert.ThrowsAny<OperationCanceledException>(() =>
            _ml.Transforms.InvertibleCvae("Drawn", "Condition", "Latent", options).Fit(fitted.Data)
        );
    }

    [Theory]
    [InlineData(0, 1.0)]
    [InlineData(1, -1.0)]
    [InlineData(1, double.NaN)]
    public void ASamplingOutOfRange_IsRefused(int samples, double temperature) =>
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            fitted.Flow.Sample(
                "Sample",
                "Condition",
                new LatentSampling { SamplesPerRow = samples, Temperature = temperature }
            )
        );

    private float[][] Draw(Pair[] rows, int seed)
    {
        var data = _ml.Data.LoadFromEnumerable(rows);
        var sampling = new LatentSampling { Temperature = 1, Seed = seed };
        var view = fitted.Flow.Sample("Sample", "Condition", sampling).Fit(data).Transform(data);
        return [.. _ml.Data.CreateEnumerable<Drawn>(view, false, ignoreMissingColumns: true).Select(row => row.Sample)];
    }

    private float[] Scores(Pair[] rows)
    {
        var data = _ml.Data.LoadFromEnumerable(rows);
        return [.. fitted.Flow.LogLikelihood("Score", "Latent").Fit(data).Transform(data).GetColumn<float>("Score")];
    }
}
