using Microsoft.ML.LlamaVae.Generation;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.LlamaVae.Tests.Generation;

public sealed class DecodeStreamTests : IDisposable
{
    private static readonly GenerationOptions s_options = new() { MaxTokens = 12, Temperature = 1.5 };
    private readonly LlamaVaeModel _model = TinyModel.Create();
    private readonly float[][] _latents;

    public DecodeStreamTests()
    {
        using var generator = new Generator(3);
        using var z = empty(150, TinyModel.Configuration.LatentSize).normal_(0, 2, generator); // [150, D]
        _latents = [.. z.data<float>().ToArray().Chunk(TinyModel.Configuration.LatentSize)];
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(40)]
    [InlineData(1024)]
    public void AStream_SaysWhatABatchSays_HoweverFarItReadsAhead(int readAhead)
    {
        using var z = tensor([.. _latents.SelectMany(latent => latent)], _latents.Length, _latents[0].Length); // [150, D]
        var expected = _model.Decode(z, s_options);

        var said = _model.Decoder.DecodeStream(_latents, s_options, readAhead).ToArray();

        Assert.True(expected.Distinct(StringComparer.Ordinal).Count() > 100);
        Assert.Equal(expected, said);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(64)]
    public void ALatentThatIsNotThere_HasAnEmptyText_InItsPlace(int readAhead)
    {
        float[]?[] some = [.. _latents.Take(30).Select((latent, i) => i is < 5 or > 24 || i % 3 == 0 ? null : latent)];
        var all = _model.Decoder.DecodeStream(_latents, s_options).Take(30).ToArray();

        var said = _model.Decoder.DecodeStream(some, s_options, readAhead).ToArray();

        Assert.Equal(all.Select((text, i) => some[i] is null ? "" : text), said);
    }

    [Fact]
    public void NoLatents_GiveNoTexts()
    {
        Assert.Empty(_model.Decoder.DecodeStream([]));
        Assert.Equal(["", ""], _model.Decoder.DecodeStream([null, null]));
    }

    [Fact]
    public void AnEndlessSequence_IsReadNoFurtherThanAllowed()
    {
        var read = 0;

        var first = _model.Decoder.DecodeStream(Endless(), s_options, readAhead: 50).Take(10).ToArray();

        Assert.Equal(_model.Decoder.DecodeStream(_latents, s_options).Take(10), first);
        Assert.InRange(read, 10, 60);

        IEnumerable<float[]?> Endless()
        {
            while (true)
            {
                yield return _latents[read++ % _latents.Length];
            }
        }
    }

    [Fact]
    public void NothingIsRead_BeforeATextIsAskedFor()
    {
        var texts = _model.Decoder.DecodeStream(
            Enumerable.Repeat(0, 3).Select(float[]? (_) => throw new InvalidOperationException("read"))
        );

        Assert.Throws<InvalidOperationException>(() => texts.First());
    }

    [Fact]
    public void ALatentOfAnotherSize_IsNamed()
    {
        var error = Assert.Throws<ArgumentException>(() => _model.Decoder.DecodeStream([new float[3]]).First());

        Assert.Contains("Latents must be [B, 8]; got [3].", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ReadAhead_MustBePositive() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => _model.Decoder.DecodeStream([], readAhead: 0));

    [Fact]
    public void AStreamThatIsLeft_LeavesNoTensorBehind()
    {
        Assert.NotEmpty(_model.Decoder.DecodeStream(_latents, s_options));
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;

        for (var i = 0; i < 5; i++)
        {
            Assert.NotEmpty(_model.Decoder.DecodeStream(_latents, s_options));
        }

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void Cancellation_StopsBetweenTokens()
    {
        using var source = new CancellationTokenSource();
        using var texts = _model
            .Decoder.DecodeStream(_latents, s_options, cancellationToken: source.Token)
            .GetEnumerator();
        Assert.True(texts.MoveNext());

        source.Cancel();

        Assert.Throws<OperationCanceledException>(() =>
        {
            while (texts.MoveNext()) { }
        });
    }

    public void Dispose() => _model.Dispose();
}
