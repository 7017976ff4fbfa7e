using System.Collections.Concurrent;
using Microsoft.ML.Data;
using Microsoft.ML.LlamaVae.DataView;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.LlamaVae.Tests;

public sealed class CompositionTests(FittedVae fitted) : IClassFixture<FittedVae>
{
    private readonly MLContext _ml = fitted.Ml;

    private sealed class Mapped
    {
        public string Text { get; set; } = "";

        public float Number { get; set; }

        public float Length { get; set; }
    }

    /// <summary>Length of a text; counts calls and rows.</summary>
    private sealed class LengthMap(int lookAhead = 16) : IBatchMap
    {
        public int Calls;
        public int Rows;

        public ConcurrentQueue<int> Counts { get; } = [];

        public int LookAhead => lookAhead;

        public IReadOnlyList<RequiredColumn> Inputs { get; } = [RequiredColumn.Text("Text")];

        public IReadOnlyList<DataViewSchema.DetachedColumn> Outputs { get; init; } =
        [new DataViewSchema.DetachedColumn("Length", NumberDataViewType.Single)];

        public int BatchSize => 16;

        public void Map(IReadOnlyList<ColumnBuffer> inputs, IReadOnlyList<ColumnBuffer> outputs, int count)
        {
            Interlocked.Increment(ref Calls);
            Interlocked.Add(ref Rows, count);
            Counts.Enqueue(count);
            for (var i = 0; i < count; i++)
            {
                outputs[0].Values<float>()[i] = inputs[0].Values<ReadOnlyMemory<char>>()[i].Length;
            }
        }
    }

    private static (LengthMap Map, IDataView View) Lengths(MLContext ml, IDataView data, int lookAhead = 16)
    {
        var map = new LengthMap(lookAhead);
        return (map, new BatchTransform(((IHostEnvironment)ml).Register("Length"), map).Transform(data));
    }

    private IDataView Data(int rows = 100) => _ml.Data.LoadFromEnumerable(Gloss.Rows(rows));

    /// <summary>Numbers in tensor arithmetic must outlive the operation that reads them, whoever collects garbage meanwhile.</summary>
    [Fact]
    public Task Arithmetic_IsRight_WhileAnotherThreadCollectsGarbage() => FreshProcess.Compute();

    [Fact]
    public void AView_RunsInBatches_AndOnlyWhereItsColumnIsAskedFor()
    {
        var (map, view) = Lengths(_ml, Data());

        Assert.Equal(100, view.GetColumn<float>("Number").Count());
        Assert.Equal(0, map.Calls);
        Assert.Equal(100, view.GetColumn<float>("Length").Count());
        Assert.Equal((7, 100), (map.Calls, map.Rows));
    }

    [Fact]
    public void AView_KeepsRowsTogether()
    {
        var (_, view) = Lengths(_ml, Data());

        var rows = _ml.Data.CreateEnumerable<Mapped>(view, false).ToArray();

        Assert.All(rows, row => Assert.Equal(row.Text.Length, row.Length));
        Assert.Equal(Enumerable.Range(0, 100).Select(i => (float)i), rows.Select(row => row.Number));
    }

    [Fact]
    public void BatchesGrow_ToTheLookAhead()
    {
        var (map, view) = Lengths(_ml, Data(200), lookAhead: 64);

        Assert.Equal(Gloss.Rows(200).Select(row => (float)row.Text.Length), view.GetColumn<float>("Length"));
        Assert.Equal([16, 64, 64, 56], map.Counts);
    }

    [Fact]
    public void SkippedBatches_NeverRun()
    {
        var (map, view) = Lengths(_ml, Data());

        Assert.Equal(4, _ml.Data.SkipRows(view, 96).GetColumn<float>("Length").Count());
        Assert.Equal(1, map.Calls);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void ACursorSet_IsCompleteAndAligned(int cursors)
    {
        var (_, view) = Lengths(_ml, _ml.Data.Cache(Data(1000)));
        var got = new ConcurrentDictionary<float, float>();
        Parallel.ForEach(
            view.GetRowCursorSet(view.Schema, cursors),
            cursor =>
            {
                using (cursor)
                {
                    var number = cursor.GetGetter<float>(view.Schema["Number"]);
                    var length = cursor.GetGetter<float>(view.Schema["Length"]);
                    var id = cursor.GetIdGetter();
                    var (n, l) = (0f, 0f);
                    DataViewRowId row = default;
                    while (cursor.MoveNext())
                    {
                        number(ref n);
                        length(ref l);
                        id(ref row);
                        got[n] = l;
                    }
                }
            }
        );
        var texts = Gloss.Rows(1000);

        Assert.Equal(1000, got.Count);
        Assert.All(got, pair => Assert.Equal(texts[(int)pair.Key].Text.Length, pair.Value));
    }

    [Fact]
    public void AShuffledCursor_StaysAligned_AndRepeatsForASeed()
    {
        var (_, view) = Lengths(_ml, _ml.Data.Cache(Data()));

        Assert.True(view.CanShuffle);
        Assert.Equal(Order(1), Order(1));
        Assert.NotEqual(Order(1), Order(2));

        List<float> Order(int seed)
        {
            var rows = _ml.Data.CreateEnumerable<Mapped>(_ml.Data.ShuffleRows(view, seed), false).ToList();
            Assert.All(rows, row => Assert.Equal(row.Text.Length, row.Length));
            return [.. rows.Select(row => row.Number)];
        }
    }

    [Fact]
    public void ACachedView_RunsOnce()
    {
        var (map, view) = Lengths(_ml, Data());
        var cached = _ml.Data.Cache(view);

        Assert.Equal(cached.GetColumn<float>("Length"), cached.GetColumn<float>("Length"));
        Assert.Equal(100, map.Rows);
    }

    [Fact]
    public void AColumnOfAnExistingName_IsReplaced()
    {
        var map = new LengthMap { Outputs = [new DataViewSchema.DetachedColumn("Text", NumberDataViewType.Single)] };
        var view = new BatchTransform(((IHostEnvironment)_ml).Register("Length"), map).Transform(Data());

        Assert.Equal(NumberDataViewType.Single, view.Schema["Text"].Type);
        Assert.Equal(Gloss.Rows(100).Select(row => (float)row.Text.Length), view.GetColumn<float>("Text"));
    }

    [Fact]
    public void ACursor_StandsOnNoRow_BeforeTheFirstAndAfterTheLast()
    {
        var (_, view) = Lengths(_ml, Data(3));
        using var cursor = view.GetRowCursor(view.Schema);
        var length = cursor.GetGetter<float>(view.Schema["Length"]);
        var value = 0f;

        Assert.Equal(-1, cursor.Position);
        Assert.Throws<InvalidOperationException>(() => length(ref value));
        while (cursor.MoveNext()) { }
        Assert.Equal(-1, cursor.Position);
        Assert.False(cursor.MoveNext());
        Assert.Throws<InvalidOperationException>(() => length(ref value));
    }

    [Fact]
    public void AnInactiveColumn_CannotBeRead()
    {
        var (_, view) = Lengths(_ml, Data());
        using var cursor = view.GetRowCursor([view.Schema["Number"]]);

        var error = Assert.Throws<ArgumentOutOfRangeException>(() => cursor.GetGetter<float>(view.Schema["Length"]));

        Assert.Contains("'Length' is not active", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void APipeline_WithACacheAndAStockTrainer_IsFitted_CrossValidated_AndPreviewed()
    {
        var pipeline = _ml
            .Transforms.Text.LlamaVae("Latent", "Text", Gloss.Options)
            .AppendCacheCheckpoint(_ml)
            .Append(_ml.Transforms.Conversion.MapValueToKey("Label", "Category"))
            .Append(_ml.MulticlassClassification.Trainers.SdcaMaximumEntropy("Label", "Latent"));

        var folds = _ml.MulticlassClassification.CrossValidate(fitted.Data, pipeline, numberOfFolds: 2);

        Assert.All(folds, fold => Assert.InRange(fold.Metrics.MicroAccuracy, 0, 1));
        Assert.Equal(5, fitted.Vae.Transform(fitted.Data).Preview(5).RowView.Length);
    }

    [Fact]
    public void APredictionEngine_GivesTheRowOfTheView()
    {
        var expected = fitted.Vae.Transform(fitted.Data).GetColumn<float[]>("Latent").ToArray();
        using var engine = _ml.Model.CreatePredictionEngine<Gloss, Encoded>(
            fitted.Vae,
            new PredictionEngineOptions { OwnsTransformer = false }
        );

        foreach (var (row, latent) in Gloss.Rows().Zip(expected))
        {
            var got = engine.Predict(row).Latent;
            Assert.All(got.Zip(latent), pair => Assert.Equal(pair.Second, pair.First, 1e-5f));
        }
    }

    private sealed class Encoded
    {
        public float[] Latent { get; set; } = [];
    }
}
