using Microsoft.ML.LlamaVae.Generation;
using static Microsoft.ML.LlamaVae.Layers.Numbers;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Tests.Generation;

public sealed class RowSeedsTests
{
    [Fact]
    public void TheSeedOfARow_DependsOnTheRowAlone()
    {
        using var scope = NewDisposeScope();
        var rows = Rows(64);

        var together = RowSeeds.Of(rows, 3);

        Assert.Equal(together.Reverse(), RowSeeds.Of(rows.flip(0), 3));
        Assert.Equal(together[17], Assert.Single(RowSeeds.Of(rows.narrow(0, 17, 1), 3)));
        Assert.Equal(64, together.Distinct().Count());
    }

    [Fact]
    public void AnotherSeed_GivesOtherStreams()
    {
        using var scope = NewDisposeScope();
        var rows = Rows(64);

        Assert.Equal(128, RowSeeds.Of(rows, 0).Concat(RowSeeds.Of(rows, 1)).Distinct().Count());
    }

    [Fact]
    public void TheLastDigits_DoNotMatter()
    {
        using var scope = NewDisposeScope();
        var rows = tensor([0.25f, -0f, 1.5f], [1, 3]);
        var computedElsewhere = tensor([0.25000003f, 0f, 1.4999999f], [1, 3]);

        Assert.Equal(RowSeeds.Of(rows, 1), RowSeeds.Of(computedElsewhere, 1));
        Assert.NotEqual(RowSeeds.Of(rows, 1), RowSeeds.Of(rows.Plus(Number(0.01)), 1));
    }

    private static Tensor Rows(int count)
    {
        using var generator = new Generator(2);
        return randn([count, 4], generator: generator);
    }
}
