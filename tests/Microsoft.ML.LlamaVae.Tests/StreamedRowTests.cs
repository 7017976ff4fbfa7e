using Microsoft.ML.Data;
using Microsoft.ML.LlamaVae.Generation;

namespace Microsoft.ML.LlamaVae.Tests;

/// <summary>Rows of latents that become texts one after the other, in whatever way they are read.</summary>
public sealed class StreamedRowTests(FittedVae fitted) : IClassFixture<FittedVae>
{
    private const int Rows = 2500; // more than twice what is read ahead
    private static readonly GenerationOptions s_options = new() { MaxTokens = 4, Temperature = 1 };
    private readonly MLContext _ml = fitted.Ml;

    private sealed class Row
    {
        [VectorType(6)]
        public float[] Latent { get; set; } = [];

        public int Number { get; set; }
    }

    private sealed class Said
    {
        public int Number { get; set; }

        public string Text { get; set; } = "";
    }

    private static IEnumerable<Row> Latents(Action<int>? read = null) =>
        Enumerable
            .Range(0, Rows)
            .Select(i =>
            {
                read?.Invoke(i);
                var random = new Random(i);
                float[] latent = [.. Enumerable.Range(0, 6).Select(_ => (float)(4 * random.NextDouble() - 2))];
                return new Row { Number = i, Latent = i % 50 == 7 ? [.. latent[..5], float.NaN] : latent };
            });

    private IDataView Texts(Action<int>? read = null) =>
        fitted
            .Vae.LatentToText("Text", "Latent", s_options)
            .Fit(_ml.Data.LoadFromEnumerable(Latents().Take(1)))
            .Transform(_ml.Data.LoadFromEnumerable(Latents(read)));

    [Fact]
    public void ManyRows_KeepTheirOrder_AndTheirTexts()
    {
        var said = _ml.Data.CreateEnumerable<Said>(Texts(), reuseRowObject: false).ToArray();

        var expected = fitted
            .Vae.LatentToText("Text", "Latent", s_options)
            .Fit(_ml.Data.LoadFromEnumerable(Latents().Take(1)))
            .Decoder.DecodeStream(
                Latents().Select(row => float.IsNaN(row.Latent[5]) ? null : row.Latent),
                s_options,
                readAhead: 7
            );
        Assert.Equal(Enumerable.Range(0, Rows), said.Select(row => row.Number));
        Assert.Equal(expected, said.Select(row => row.Text));
        Assert.True(said.Select(row => row.Text).Distinct(StringComparer.Ordinal).Count() > Rows / 2);
        Assert.All(said.Where(row => row.Number % 50 == 7), row => Assert.Equal("", row.Text));
    }

    [Fact]
    public void RowsThatNobodyAsksFor_ChangeNoOthers()
    {
        var all = Texts().GetColumn<string>("Text").ToArray();
        var view = Texts();
        using var cursor = view.GetRowCursor(view.Schema);
        var getter = cursor.GetGetter<ReadOnlyMemory<char>>(view.Schema["Text"]);
        var number = cursor.GetGetter<int>(view.Schema["Number"]);
        var random = new Random(1);
        var (text, row) = (default(ReadOnlyMemory<char>), 0);

        for (var i = 0; cursor.MoveNext(); i++)
        {
            number(ref row);
            Assert.Equal(i, row);
            // Long stretches without a question, then a few questions, some of them twice.
            for (var times = i / 300 % 2 == 1 ? random.Next(3) : 0; times > 0; times--)
            {
                getter(ref text);
                Assert.Equal(all[i], text.ToString());
            }
        }
    }

    [Fact]
    public void AFewRows_DontReadTheWholeSource()
    {
        var last = 0;

        var texts = _ml.Data.TakeRows(Texts(i => last = i), 3).GetColumn<string>("Text").ToArray();

        Assert.Equal(3, texts.Length);
        Assert.InRange(last, 3, 200);
    }

    [Fact]
    public void ACursorLeftOnTheWay_CanBeDisposed()
    {
        var view = Texts();
        var cursor = view.GetRowCursor(view.Schema);
        var getter = cursor.GetGetter<ReadOnlyMemory<char>>(view.Schema["Text"]);
        var text = default(ReadOnlyMemory<char>);
        cursor.MoveNext();
        getter(ref text);

        cursor.Dispose();

        Assert.Throws<InvalidOperationException>(() => getter(ref text));
    }
}
