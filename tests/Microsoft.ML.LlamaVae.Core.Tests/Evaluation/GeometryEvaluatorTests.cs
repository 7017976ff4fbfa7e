using Microsoft.ML.LlamaVae.Evaluation;

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
    public void TheSameSeed_GivesTheSameReport() =>
        Assert.Equal(
            GeometryEvaluator.Evaluate(s_model, ["1", "2", "3"]).ToString(),
            GeometryEvaluator.Evaluate(s_model, ["1", "2", "3"]).ToString()
        );
}
