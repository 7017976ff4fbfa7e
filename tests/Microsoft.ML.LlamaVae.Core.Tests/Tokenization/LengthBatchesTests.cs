using FsCheck.Xunit;
using Microsoft.ML.LlamaVae.Tokenization;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Tests.Tokenization;

public sealed class LengthBatchesTests
{
    [Property]
    public bool EveryRow_IsInOneBatch_AndNoBatchIsTooLarge(byte[] lengths, byte most)
    {
        var rows = lengths.Select(length => new int[length]).ToArray();

        var batches = LengthBatches.Cut(rows, most + 1, CPU).ToArray();

        return batches.All(batch => batch.Length > 0 && batch.Length <= most + 1)
            && batches.SelectMany(batch => batch).Order().SequenceEqual(Enumerable.Range(0, rows.Length));
    }

    [Fact]
    public void LargeBatches_AreCut_WhereTheyWouldBePadded()
    {
        var rows = Enumerable.Range(0, 200).Select(i => new int[i % 2 == 0 ? 20 : 40]).ToArray();

        var batches = LengthBatches.Cut(rows, 128, CPU).ToArray();

        Assert.Equal([100, 100], batches.Select(batch => batch.Length));
        Assert.All(batches, batch => Assert.Single(batch.Select(i => rows[i].Length).Distinct()));
    }

    [Fact]
    public void SmallBatches_StayTogether()
    {
        var rows = Enumerable.Range(1, 9).Select(length => new int[length]).ToArray();

        Assert.Single(LengthBatches.Cut(rows, 64, CPU));
    }
}
