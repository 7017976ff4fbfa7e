using Microsoft.ML.LlamaVae.Bottleneck;
using Microsoft.ML.LlamaVae.Evaluation;
using Microsoft.ML.LlamaVae.Generation;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Tests.Evaluation;

public sealed class GeometryEvaluatorTests
{
    private static readonly GaussianModel s_model = new();

    [Fact]
    public void Arithmetic_IsDoneOnMeans() => Assert.Equal("3", GeometryEvaluator.Arithmetic(s_model, "1", "2", "4"));

    [Fact]
    public void ATraversal_SetsOneDimension() =>
        Assert.Equal(["-2", "0", "3"], GeometryEvaluator.Traverse(s_model, "7", 0, [-1, 0, 1.5f]));

    [Fact]
    public void ATraversal_OfNoDimension_IsRefused() =>
        Assert.Contains(
            "dimension is 1; this model has 0 to 0.",
            Assert.Throws<ArgumentOutOfRangeException>(() => GeometryEvaluator.Traverse(s_model, "7", 1, [0])).Message
        );

    [Fact]
    public void SeparateGroups_AreFound()
    {
        var report = GeometryEvaluator.Evaluate(
            s_model,
            ["10", "11", "12", "-10", "-11"],
            ["high", "high", "high", "low", "low"],
            options: new GeometryOptions
            {
                Paths = 4,
                Neighbours = 1,
                PriorSamples = 20,
            }
        );

        Assert.Equal(1, report.NeighbourAccuracy!.Value, 1e-12);
        Assert.Equal(0.6, report.MajorityAccuracy!.Value, 1e-12);
        Assert.InRange(report.Silhouette!.Value, 0.8, 1);
        Assert.Equal(20, report.Samples.Count);
        Assert.Equal(report.Samples.Distinct().Count() / 20.0, report.DistinctSamples, 1e-12);
    }

    [Fact]
    public void ADirectPath_IsSmooth()
    {
        // Between 1 and 2 the texts are 1 … 1, 2 … 2: the walked distance is that of the ends.
        var report = GeometryEvaluator.Evaluate(
            s_model,
            ["1", "2", "1", "2"],
            options: new() { Paths = 20, Steps = 5 }
        );

        Assert.Equal(1, report.Linear.Mean, 1e-12);
        Assert.Null(report.Silhouette);
    }

    [Fact]
    public void TheJudge_ScoresTheSamples_AndIsNamed()
    {
        var report = GeometryEvaluator.Evaluate(s_model, ["1", "2", "3"], judge: new FixedScorer());

        Assert.Equal(1.5, report.SampleNatsPerToken!.Value, 1e-12);
        Assert.Equal("−log p of prior samples by fixed, nats/token", report.ToTable().Rows[^1].Name);
        Assert.Equal(
            "−ELBO of prior samples by the model itself, nats/token",
            GeometryEvaluator.Evaluate(s_model, ["1", "2", "3"]).ToTable().Rows[^1].Name
        );
    }

    [Fact]
    public void PathsOfOneText_AreCounted()
    {
        // Two of three texts are the same: a path between them walks no distance.
        var report = GeometryEvaluator.Evaluate(s_model, ["1", "1", "2"], options: new() { Paths = 30 });

        Assert.InRange(report.Linear.DefinedPaths, 10, 29);
        Assert.Equal(
            [report.Linear.DefinedPaths, report.Spherical.DefinedPaths],
            report.ToTable().Rows.Where(row => row.Name == "paths it is defined on, of 30").Select(row => row.Values[0])
        );
    }

    [Theory]
    [InlineData(1, "a", "a", "a")]
    [InlineData(3, "a", "b", "c")]
    public void LabelsThatMakeNoGroups_AreRefused_BeforeAnyWork(int groups, params string[] labels)
    {
        var error = Assert.Throws<ArgumentException>(() =>
            GeometryEvaluator.Evaluate(new NoModel(), ["1", "2", "3"], labels)
        );

        Assert.Contains($"labels makes {groups} groups of 3 texts; groups need 2 to 2.", error.Message);
    }

    private sealed class NoModel : ILatentTextModel
    {
        public int LatentSize => 1;

        public DiagonalGaussian Encode(IReadOnlyList<string> texts) => throw new NotSupportedException();

        public IReadOnlyList<string> Decode(
            Tensor z,
            GenerationOptions? options = null,
            CancellationToken cancellationToken = default
        ) => throw new NotSupportedException();

        public IReadOnlyList<TextScore> Score(IReadOnlyList<string> texts, Tensor z) =>
            throw new NotSupportedException();
    }

    [Fact]
    public void TheSameSeed_GivesTheSameReport() =>
        Assert.Equal(
            GeometryEvaluator.Evaluate(s_model, ["1", "2", "3"]).ToString(),
            GeometryEvaluator.Evaluate(s_model, ["1", "2", "3"]).ToString()
        );
}
